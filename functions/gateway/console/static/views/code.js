import { call, once } from "../api.js"
import { form, h } from "../dom.js"
import { makeEditor } from "../editor.js"
import { makeReport } from "../report.js"
import { makeInput, makeRunner } from "../run.js"

export const title = "Code"

const KEY = "learnflow-code"
const FIRST = 'def greet(name):\n    return f"Hello, {name}!"\n\n\nprint(greet("world"))\n'

export function show(main, { signal }) {
  const input = makeInput()
  let runner = null
  const editor = makeEditor({
    label: "Program", code: sessionStorage.getItem(KEY) ?? FIRST, run: () => runner.run(),
    changed: () => sessionStorage.setItem(KEY, editor.code),
  })
  runner = makeRunner(editor, input)
  const report = h("div")
  const review = form("Review my code", async () => {
    const { submission_id } = await call("POST", "/submissions", { code: editor.code }, once())
    report.replaceChildren(makeReport(submission_id, { editor, signal }))
  })
  runner.button.classList.add("primary")
  review.querySelector("button").classList.remove("primary")
  review.querySelector(".actions").prepend(runner.button)
  main.append(h("div", { class: "columns wide" },
    h("section", { "aria-label": "Program" }, editor.element, h("p", { class: "quiet" }, "Ctrl+Enter runs it. Programs can run for 5 seconds, use 50 MB of memory, and have no network access."),
      review, input.element),
    h("section", { "aria-label": "Result" }, runner.output, report)))
}
