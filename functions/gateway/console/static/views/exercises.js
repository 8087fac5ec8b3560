import { TOPICS, call, once, query } from "../api.js"
import { button, count, field, form, h, number, select, when, words } from "../dom.js"
import { makeEditor } from "../editor.js"
import { markdown } from "../markdown.js"
import { makeReport } from "../report.js"
import { makeList } from "../lists.js"
import { makeInput, makeRunner } from "../run.js"
import { listen } from "../stream.js"
import { makeDue } from "../due.js"
import { makeTurn } from "./chat.js"
import { submission } from "./history.js"

export const title = "Exercises"

export async function show(main, { parameter, signal }) {
  const place = h("div")
  const topic = select(TOPICS.map((name) => [name, words(name)]), "functions")
  const difficulty = select(["easy", "medium", "hard"].map((name) => [name, name]), "easy")
  const given = makeList({ path: "/exercises", values: () => ({ assigned: true }), item: line, size: 10, empty: "No exercises from your teacher yet." })
  const mine = makeList({ path: "/exercises", values: () => ({ assigned: false }), item: line, size: 10, empty: "None yet." })
  const due = makeDue(signal)
  const lists = () => Promise.all([due.load(), given.load(), mine.load()])
  const act = async () => {
    const { exercise_id: id } = await call("POST", "/exercises", { topic: topic.value, difficulty: difficulty.value }, once())
    place.replaceChildren(h("p", { class: "thinking", role: "status" }, "Picking an exercise"))
    await open(place, id, signal).catch((error) => {
      place.replaceChildren()
      throw error
    })
    if (signal.aborted) return
    history.replaceState(null, "", `#/exercises/${id}`)
    await lists()
  }
  const wish = form("Give me an exercise", act, field("Topic", topic), field("Difficulty", difficulty))
  wish.classList.add("row", "card")
  main.append(due.element, wish, place, h("div", { class: "columns" },
    h("section", {}, h("h2", {}, "From your teacher"), given.element), h("section", {}, h("h2", {}, "Yours"), mine.element)))
  listen("exercise", () => lists().catch(() => null), signal)
  await Promise.all([parameter && open(place, parameter, signal), lists()])
}

function line(one) {
  const { best, assigned } = one
  const far = !best ? "" : best.passed ? h("span", { class: "status good" }, " · ✓ passed") : ` · best ${number(best.score * 100)} %`
  return h("li", {}, h("a", { href: `#/exercises/${one.exercise_id}` }, one.title ?? "being made"), ` ${words(one.topic)}, ${one.difficulty}`, far,
    assigned ? h("p", { class: "note" }, h("small", {}, assigned.by ? `${assigned.by}, ` : "", when(assigned.at)), assigned.note ? h("span", {}, ` ${assigned.note}`) : "") : "")
}

async function open(place, id, signal) {
  const [exercise, before] = await Promise.all([call("GET", `/exercises/${id}?wait=25`), call("GET", `/submissions${query({ exercise_id: id, limit: 10 })}`)])
  if (signal.aborted) return
  if (exercise.status !== "ready") throw new Error(exercise.status === "failed"
    ? "This exercise could not be made. Please ask for another one." : "It takes longer than usual; please look again in a moment.")
  place.replaceChildren(...work(exercise, before.items, signal))
}

function work(exercise, before, signal) {
  let runner = null
  const draft = `learnflow-code-${exercise.exercise_id}`
  const starter = exercise.starter_code ?? ""
  const editor = makeEditor({
    label: "Your solution", code: sessionStorage.getItem(draft) ?? before[0]?.code ?? starter, run: () => runner.run(),
    changed: () => sessionStorage.setItem(draft, editor.code),
  })
  const input = makeInput()
  runner = makeRunner(editor, input)
  input.look(editor.code)
  const report = h("div")
  const help = h("div", { "aria-live": "polite" })
  const hand = form("Hand in", async () => {
    const body = { code: editor.code, exercise_id: exercise.exercise_id }
    const { submission_id } = await call("POST", "/submissions", body, once())
    report.replaceChildren(makeReport(submission_id, { editor, signal, graded: true }))
  })
  const hint = button("Give me a hint", () => ask(exercise, editor, help, signal))
  const again = button("Start again", () => { editor.code = starter })
  hand.querySelector(".actions").append(...[runner.button, exercise.hints ? hint : null, again].filter(Boolean))
  return [h("article", {},
    h("h2", {}, exercise.title), h("p", { class: "quiet" }, `${words(exercise.topic)}, ${exercise.difficulty}`),
    exercise.assigned?.note ? h("p", { class: "note" }, h("strong", {}, `${exercise.assigned.by ?? "Your teacher"}: `), exercise.assigned.note) : "",
    markdown(exercise.instructions ?? ""), examples(exercise.examples ?? []),
    h("div", { class: "columns wide" },
      h("section", { "aria-label": "Your solution" }, editor.element, hand, input.element),
      h("section", { "aria-label": "Results" }, runner.output, report, help)),
    before.length ? h("details", {}, h("summary", {}, count(before.length, "previous submission")), before.map((one) => submission(one, exercise.title))) : "")]
}

// Output is shown as it is printed: line breaks and spaces are part of it.
const sample = (value) => h("pre", { class: "sample", tabindex: "0" }, String(value ?? ""))

function examples(all) {
  if (!all.length) return ""
  const row = (one) => h("tr", {}, h("td", {}, one.name ?? ""), h("td", {}, sample(one.input ?? one.call)), h("td", {}, sample(one.output ?? one.result)))
  return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Examples" }, h("table", {}, h("caption", {}, "Examples"),
    h("thead", {}, h("tr", {}, ["Case", "Input", "Result"].map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, all.map(row))))
}

const gone = (error) => {
  if (error.status !== 404) throw error
}

// All hints of an exercise are in one conversation; a new one begins where that one is gone.
async function askIn(kept, body) {
  const before = sessionStorage.getItem(kept)
  const asked = before ? await call("POST", "/chat/messages", { ...body, conversation_id: before }, once()).catch(gone) : null
  const accepted = asked ?? await call("POST", "/chat/messages", body, once())
  sessionStorage.setItem(kept, accepted.conversation_id)
  return accepted
}

async function ask(exercise, editor, place, signal) {
  const text = "Please give me a hint for this exercise."
  const kept = `learnflow-hints-${exercise.exercise_id}`
  const started = performance.now()
  const body = { text, code: editor.code || null, exercise_id: exercise.exercise_id, topic: exercise.topic }
  const { message_id } = await askIn(kept, body)
  const turn = makeTurn({ text, message_id, status: "pending" }, started)
  place.replaceChildren(turn.element)
  listen("answer", (answer) => answer.message_id === message_id && turn.finish(answer), signal)
  turn.finish(await call("GET", `/chat/messages/${message_id}?wait=25`))
}
