import { TOPICS, call } from "../api.js"
import { button, count, field, form, h, select, when, words } from "../dom.js"
import { makeList } from "../lists.js"
import { choice as shown, markdown } from "../markdown.js"
import { begun, forget, save, unfinished } from "../unfinished.js"

export const title = "Quiz"

export async function show(main, { parameter }) {
  const topic = select(TOPICS.map((name) => [name, words(name)]), "control-flow")
  const begin = form("Begin", async () => {
    const quiz = await call("POST", "/quizzes", { topic: topic.value })
    save(begun(quiz))
    location.hash = `#/quiz/${quiz.quiz_id}`
  }, field("Topic", topic))
  begin.classList.add("row", "card")
  main.append(begin)
  if (parameter) await open(main, parameter)
  const others = unfinished().filter((one) => one.quiz_id !== parameter)
  const taken = makeList({ path: "/quizzes", values: () => ({ status: "graded" }), item: done, size: 10, empty: "None yet." })
  main.append(h("details", { class: "card" }, h("summary", {}, "Quizzes you have taken"), taken.element))
  await taken.load()
  if (others.length) main.append(h("section", {}, h("h2", {}, "Not finished yet"), h("ul", { class: "rows" }, others.map(other))))
}

/** One that was handed in, to be looked at again with its explanations. */
function done(one) {
  return h("li", {}, h("a", { href: `#/quiz/${one.quiz_id}` }, words(one.topic)),
    one.score === null ? " · handed in" : ` · ${Math.round(one.score * one.questions)} of ${one.questions} right `, h("small", {}, when(one.graded_at)))
}

function other(one) {
  const drop = button("Discard", () => {
    forget(one.quiz_id)
    line.remove()
  }, { class: "small", "aria-label": `Discard the quiz about ${words(one.topic)}` })
  const line = h("li", { class: "split" }, h("span", {}, h("a", { href: `#/quiz/${one.quiz_id}` }, `Continue: ${words(one.topic)}`),
    ` · ${count(Object.keys(one.answers).length, "answer")} so far `, h("small", {}, when(one.begun))), drop)
  return line
}

async function open(main, id) {
  const quiz = await call("GET", `/quizzes/${id}`).catch((error) => {
    if (error.status === 404) forget(id)
    throw error
  })
  const state = begun(quiz)
  const result = h("div", { "aria-live": "polite" })
  const element = form("Hand in", async () => grade(element, result, await handIn(quiz, state)), quiz.questions.map((one, index) => question(one, index, state)))
  element.onchange = ({ target }) => {
    state.answers[target.name] = Number(target.value)
    save(state)
  }
  main.append(h("h2", {}, `A quiz about ${words(quiz.topic)}`), element, result)
  if (quiz.status === "graded") {
    forget(id)
    grade(element, result, quiz.result)
  } else save(state)
}

async function handIn({ quiz_id: id, questions }, { answers }) {
  const left = questions.filter((one) => !(one.id in answers)).length
  if (left) throw new Error(`${count(left, "question")} ${left === 1 ? "has" : "have"} no answer yet.`)
  const graded = await call("POST", `/quizzes/${id}/answers`, { answers })
  forget(id)
  return graded
}

function question(one, index, { answers }) {
  return h("fieldset", { class: "card", "data-question": one.id },
    h("legend", {}, `Question ${index + 1}`), markdown(one.text),
    one.choices.map((choice, place) => h("label", { class: "choice" },
      h("input", { type: "radio", name: one.id, value: String(place), checked: answers[one.id] === place }), shown(choice))))
}

function grade(element, result, { results, passed, withheld }) {
  element.querySelectorAll("input").forEach((control) => { control.disabled = true })
  element.querySelector(":scope > .actions").hidden = true
  if (withheld) return result.replaceChildren(h("p", { class: "status good" }, "Handed in. Your teacher shows the result later."))
  results.forEach((one) => mark(element, one))
  const well = results.filter((one) => one.correct).length
  result.replaceChildren(h("p", { class: `status ${passed ? "good" : "bad"}` },
    `${well} of ${results.length} right${passed ? ". Passed." : ". Read the explanations and try another one."}`))
}

function mark(element, { question_id, correct, explanation, choice, right_choice }) {
  const place = element.querySelector(`[data-question="${CSS.escape(question_id)}"]`)
  place.classList.add(correct ? "good" : "bad")
  place.querySelectorAll(".choice")[right_choice]?.classList.add("right")
  const chosen = place.querySelectorAll("input")[choice]
  if (chosen) chosen.checked = true
  place.append(h("p", { class: `status ${correct ? "good" : "bad"}` },
    correct ? "✓ Right" : `✗ Not quite. The correct answer is choice ${right_choice + 1}.`), markdown(explanation))
}
