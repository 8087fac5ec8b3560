import { TOPICS, call, once } from "../api.js"
import { field, form, h, select, words } from "../dom.js"
import { makeEditor } from "../editor.js"
import { markdown } from "../markdown.js"
import { makeReport } from "../report.js"
import { makeRunner } from "../run.js"
import { makeTurn } from "./chat.js"
import { listen } from "../stream.js"

export const title = "Exercises"

export async function show(main, { parameter, signal }) {
  const place = h("div")
  const mine = h("ul", { class: "list" })
  const topic = select(TOPICS.map((name) => [name, words(name)]), "functions")
  const difficulty = select(["easy", "medium", "hard"].map((name) => [name, name]), "easy")
  const act = async () => {
    const { exercise_id } = await call("POST", "/exercises", { topic: topic.value, difficulty: difficulty.value }, once())
    place.replaceChildren(h("p", { class: "thinking", role: "status" }, "Choosing an exercise and proving its tests"))
    await open(place, exercise_id, signal)
    await list(mine)
  }
  const wish = form("Give me an exercise", act, field("Topic", topic), field("Difficulty", difficulty))
  wish.classList.add("row", "card")
  main.append(wish, place, h("section", {}, h("h2", {}, "Yours"), mine))
  if (parameter) await open(place, parameter, signal)
  await list(mine)
}

async function list(place) {
  const { items } = await call("GET", "/exercises?limit=30")
  place.replaceChildren(...items.map((one) => h("li", {},
    h("a", { href: `#/exercises/${one.exercise_id}` }, one.title ?? "being made"), ` ${words(one.topic)}, ${one.difficulty}`)))
  if (!items.length) place.append(h("li", {}, "None yet."))
}

async function open(place, id, signal) {
  const exercise = await call("GET", `/exercises/${id}?wait=25`)
  if (signal.aborted) return
  if (exercise.status !== "ready") throw new Error(exercise.status === "failed"
    ? "This exercise could not be made. Please ask for another one." : "It takes longer than usual; please look again in a moment.")
  place.replaceChildren(...work(exercise, signal))
}

function work(exercise, signal) {
  let runner = null
  const editor = makeEditor({ label: "Your solution", code: exercise.starter_code ?? "", run: () => runner.run() })
  runner = makeRunner(editor)
  const report = h("div")
  const help = h("div", { "aria-live": "polite" })
  const hand = form("Hand in", async () => {
    const body = { code: editor.code, exercise_id: exercise.exercise_id }
    const { submission_id } = await call("POST", "/submissions", body, once())
    report.replaceChildren(makeReport(submission_id, { editor, signal, graded: true }))
  })
  const hint = h("button", { type: "button", onclick: () => ask(exercise, editor, help, signal) }, "Give me a hint")
  hand.querySelector(".actions").append(runner.button, hint)
  return [h("article", {},
    h("h2", {}, exercise.title), h("p", { class: "quiet" }, `${words(exercise.topic)}, ${exercise.difficulty}`),
    markdown(exercise.instructions ?? ""), examples(exercise.examples ?? []),
    h("div", { class: "columns wide" },
      h("section", { "aria-label": "Your solution" }, editor.element, hand),
      h("section", { "aria-label": "Results" }, runner.output, report, help)))]
}

function examples(all) {
  if (!all.length) return ""
  const row = (one) => h("tr", {}, h("td", {}, one.name ?? ""), h("td", {}, h("code", {}, String(one.input ?? one.call ?? ""))),
    h("td", {}, h("code", {}, String(one.output ?? one.result ?? ""))))
  return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Examples" }, h("table", {}, h("caption", {}, "Examples"),
    h("thead", {}, h("tr", {}, ["Case", "Input", "Result"].map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, all.map(row))))
}

async function ask(exercise, editor, place, signal) {
  const text = "I am stuck with this exercise. Please give me a hint."
  try {
    const started = performance.now()
    const body = { text, code: editor.code || null, exercise_id: exercise.exercise_id, topic: exercise.topic }
    const { message_id } = await call("POST", "/chat/messages", body, once())
    const turn = makeTurn({ text, message_id, status: "pending" }, started)
    place.replaceChildren(turn.element)
    listen("answer", (answer) => answer.message_id === message_id && turn.finish(answer), signal)
    turn.finish(await call("GET", `/chat/messages/${message_id}?wait=25`))
  } catch (error) {
    place.replaceChildren(h("p", { class: "problem" }, error.message))
  }
}
