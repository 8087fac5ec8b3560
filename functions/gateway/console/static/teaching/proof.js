// What a proof says of an exercise, and how students will see it.
import { call } from "../api.js"
import { button, count, h, number } from "../dom.js"
import { markdown } from "../markdown.js"

/** Show what came of a proof: what is missing, or the way to publish. */
export function showProof(place, { status, problems }, { written, publish }) {
  if (status === "proving") return place.replaceChildren(h("p", { class: "thinking" }, "It is being proven"))
  if (status === "proven") return place.replaceChildren(h("section", { class: "card" },
    h("p", { class: "status good" }, "✓ Proven: your solution passes, and every wrong program that was tried fails."),
    h("p", {}, "Once published it does not change any more; a new version is a copy."), button("Publish", publish, { class: "primary" })))
  place.replaceChildren(h("section", { class: "card", "aria-label": "What is missing" },
    h("h2", {}, `Not proven yet: ${count(problems.length, "thing")} to look at`), problems.map((one) => problem(one, written))))
}

function problem({ kind, message, program, suggested_test: test }, written) {
  const actions = []
  const done = (said) => actions[0].parentElement.replaceChildren(h("p", { class: "status good", role: "status" }, said))
  if (test) actions.push(button("Add this test", () => {
    written.addTest(test)
    done("The test is added above. Prove again when you are ready.")
  }, { class: "small" }))
  if (kind === "wrong_program" && program) actions.push(button("This program is right", () => {
    written.addSolution(program)
    done("The program is one more solution now. Prove again when you are ready.")
  }, { class: "small" }))
  return h("div", { class: "help" }, markdown(message), program ? h("pre", { tabindex: "0" }, program) : "", actions.length ? h("div", { class: "actions" }, actions) : "")
}

/** Show an exercise as its students see it, and what they are told who make the likeliest mistakes. */
export async function showPreview(place, { exercise_id: id }) {
  const shown = await call("GET", `/exercises/authored/${id}/preview`)
  const example = (one) => h("tr", {}, h("td", {}, one.name), h("td", {}, h("pre", { class: "sample", tabindex: "0" }, one.input)), h("td", {}, h("pre", { class: "sample", tabindex: "0" }, one.output)))
  const table = h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Examples" }, h("table", {}, h("caption", {}, "Examples"),
    h("thead", {}, h("tr", {}, ["Case", "Input", "Result"].map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, shown.examples.map(example))))
  place.replaceChildren(h("details", {}, h("summary", {}, "As a student sees it"),
    h("h3", {}, shown.title), markdown(shown.instructions), shown.starter_code.trim() ? h("pre", { tabindex: "0" }, shown.starter_code) : "", shown.examples.length ? table : ""),
  h("details", {}, h("summary", {}, "What students are told of likely mistakes"), shown.mistakes.map(mistake)))
}

function mistake({ program, score, tests, hint }) {
  const failed = tests.filter((one) => !one.passed)
  return h("section", { class: "card" }, h("pre", { tabindex: "0" }, program), h("p", { class: "status bad" }, `Score ${number(score * 100)} %, ${count(failed.length, "test")} not passed`),
    h("ul", { class: "tests" }, failed.map((one) => h("li", {}, h("strong", {}, one.name), markdown(one.message)))),
    h("h3", {}, "The first hint, when asked for"), markdown(hint))
}
