// Writing an exercise: a form, kept as a draft at any time, proven, and published.
import { TOPICS, call } from "../api.js"
import { button, field, form, h, notice, select, words } from "../dom.js"
import { makeEditor } from "../editor.js"
import { showPreview, showProof } from "./proof.js"
import { makeTests } from "./tests.js"

const TRIES = 3

/** Show the form of a draft, or of a new exercise. */
export async function showWriting(main, before, signal) {
  const concepts = await call("GET", "/concepts")
  if (signal.aborted) return
  const written = makeFields(before ?? {}, concepts)
  const outcome = h("div", { "aria-live": "polite" })
  let id = before?.exercise_id ?? null
  const save = async () => {
    const body = written.values()
    if (id) return call("PUT", `/exercises/authored/${id}`, body)
    const made = await call("POST", "/exercises/authored", body)
    id = made.exercise_id
    history.replaceState(null, "", `#/own/${id}`)
    return made
  }
  const element = form("Save and prove", async () => {
    await save()
    outcome.replaceChildren(h("p", { class: "thinking", role: "status" }, "Running your solution and wrong programs on the tests"))
    const proof = await proven(id, signal).catch((error) => {
      outcome.replaceChildren()
      throw error
    })
    if (signal.aborted) return
    showProof(outcome, proof, { written, publish: () => publish(id) })
    outcome.scrollIntoView({ block: "nearest" })
    if (proof.status === "proven") await showPreview(outcome.appendChild(h("div")), { exercise_id: id })
  }, ...written.elements)
  element.noValidate = true
  element.querySelector(":scope > .actions").append(button("Save the draft", async () => {
    await save()
    notice("The draft is saved.")
  }))
  main.append(element, outcome)
  if (before?.proof) showProof(outcome, before.proof, { written, publish: () => publish(id) })
}

/** Ask for a proof until there is one: it takes 20 s at most. */
async function proven(id, signal) {
  for (let tries = 0; ; tries++) {
    const proof = await call("POST", `/exercises/authored/${id}/prove?wait=25`)
    if (proof.status !== "proving" || signal.aborted) return proof
    if (tries === TRIES) throw new Error("It takes longer than usual. Please try again in a minute.")
  }
}

async function publish(id) {
  await call("POST", `/exercises/authored/${id}/publish`)
  notice("It is published: your students can have it now.")
  location.hash = "#/own"
}

function makeFields(before, concepts) {
  const title = h("input", { name: "title", required: true, maxlength: 100, value: before.title ?? "" })
  const topic = select(TOPICS.map((name) => [name, words(name)]), before.topic ?? "functions")
  const difficulty = select(["easy", "medium", "hard"].map((name) => [name, name]), before.difficulty ?? "easy")
  const chosen = new Set(before.concepts ?? [])
  const practises = h("select", { name: "concepts", multiple: true, size: 5 })
  const offer = () => practises.replaceChildren(...concepts.filter((one) => one.topic === topic.value || chosen.has(one.id))
    .map((one) => h("option", { value: one.id, selected: chosen.has(one.id) }, one.title)))
  topic.onchange = offer
  offer()
  const instructions = h("textarea", { name: "instructions", rows: 6, maxlength: 8000, required: true, value: before.instructions ?? "" })
  const starter = makeEditor({ label: "Starter code", code: before.starter_code ?? "" })
  const solution = makeEditor({ label: "Solution", code: before.solution ?? "" })
  const others = h("div")
  const editors = []
  const addSolution = (code = "") => {
    const editor = makeEditor({ label: `Another solution, ${editors.length + 1}`, code })
    editors.push(editor)
    others.append(h("div", { class: "field" }, editor.element))
    return editor
  }
  for (const code of before.solutions ?? []) addSolution(code)
  const tests = makeTests(before.tests ?? [])
  if (!before.exercise_id) tests.add()
  const requires = h("input", { name: "requires", class: "mono", maxlength: 500, value: before.requires ?? "" })
  const values = h("textarea", { name: "values", class: "mono", rows: 3, value: Object.entries(before.values ?? {}).map(([name, column]) => `${name}: ${column.join(" | ")}`).join("\n") })
  const another = button("Add another solution", () => addSolution().focus())
  const code = (label, editor, hint) => h("div", { class: "field" }, h("span", { class: "label" }, label), editor.element, h("small", {}, hint))
  return {
    elements: [
      field("Title", title), h("div", { class: "columns" }, field("Topic", topic), field("Difficulty", difficulty)),
      field("What it practises (optional)", practises), field("Instructions", instructions, "Markdown. Name the functions that are to be written."),
      h("div", { class: "columns wide" }, code("Starter code (optional)", starter, "What students begin with."), code("Solution", solution, "Nobody but you and colleagues you share with see it.")),
      tests.element,
      h("details", { open: Boolean(editors.length || requires.value || values.value) }, h("summary", {}, "Other solutions, promises and variations"), others, another,
        field("What the task promises (optional)", requires, "A condition on the parameters, such as n > 0: other inputs are not tried."),
        field("Values for variations (optional)", values, "One line for each name, such as price: 3 | 5 | 7. $price in any text stands for it; each column makes a variation.")),
    ],
    addTest: (test) => tests.add(test).focus(),
    addSolution: (program) => {
      others.closest("details").open = true
      addSolution(program).focus()
    },
    values: () => ({
      title: title.value, topic: topic.value, difficulty: difficulty.value, concepts: [...practises.selectedOptions].map((one) => one.value),
      instructions: instructions.value, starter_code: starter.code, solution: solution.code,
      solutions: editors.map((one) => one.code).filter((one) => one.trim()), tests: tests.values(), requires: requires.value.trim() || null, values: table(values.value),
    }),
  }
}

/** Read a table of values: one line for each name. */
function table(text) {
  const lines = text.split("\n").filter((line) => line.trim())
  return Object.fromEntries(lines.map((line) => {
    const at = line.indexOf(":")
    return [line.slice(0, Math.max(at, 0)).trim() || line.trim(), line.slice(at + 1).split("|").map((one) => one.trim())]
  }))
}
