import { TOPICS, call } from "../api.js"
import { field, form, h, select, words } from "../dom.js"
import { markdown } from "../markdown.js"

export const title = "Quiz"

export function show(main) {
  const topic = select(TOPICS.map((name) => [name, words(name)]), "control-flow")
  const place = h("div")
  const begin = form("Begin", async () => {
    place.replaceChildren(questions(await call("POST", "/quizzes", { topic: topic.value })))
    place.querySelector("legend").scrollIntoView({ block: "center" })
  }, field("Topic", topic))
  begin.classList.add("row", "card")
  main.append(begin, place)
}

function questions(quiz) {
  const result = h("div", { "aria-live": "polite" })
  const act = async (element) => {
    const answers = {}
    for (const one of quiz.questions) {
      const chosen = element.querySelector(`input[name="${CSS.escape(one.id)}"]:checked`)
      if (chosen) answers[one.id] = Number(chosen.value)
    }
    const graded = await call("POST", `/quizzes/${quiz.quiz_id}/answers`, { answers })
    element.querySelectorAll("input, .actions button").forEach((control) => { control.disabled = true })
    graded.results.forEach((one) => mark(element, one))
    const well = graded.results.filter((one) => one.correct).length
    result.replaceChildren(h("p", { class: `status ${graded.passed ? "good" : "bad"}` },
      `${well} of ${graded.results.length} right${graded.passed ? ". Passed." : ". Read the explanations and try another one."}`))
  }
  return h("div", {}, form("Hand in", act, quiz.questions.map(question)), result)
}

function question(one, index) {
  return h("fieldset", { class: "card", "data-question": one.id },
    h("legend", {}, `Question ${index + 1}`), markdown(one.text),
    one.choices.map((choice, place) => h("label", { class: "choice" },
      h("input", { type: "radio", name: one.id, value: String(place) }), markdown(choice))))
}

function mark(element, { question_id, correct, explanation, right_choice }) {
  const place = element.querySelector(`[data-question="${CSS.escape(question_id)}"]`)
  place.classList.add(correct ? "good" : "bad")
  place.querySelectorAll(".choice")[right_choice]?.classList.add("right")
  place.append(h("p", { class: `status ${correct ? "good" : "bad"}` },
    correct ? "✓ Right" : `✗ Not right: choice ${right_choice + 1} is`), markdown(explanation))
}
