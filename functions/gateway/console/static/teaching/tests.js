// The tests of an exercise, as its teacher writes them: one group of fields for each.
import { button, field, h, select } from "../dom.js"

const KINDS = [["call", "calls a function"], ["program", "runs the program"]]
const RESULTS = [["expected", "gives"], ["stdout", "prints"], ["raises", "raises"]]

/** Make the fields of all tests: {element, add(test), values()}. */
export function makeTests(tests) {
  const place = h("div")
  const rows = []
  const number = () => rows.forEach((row, index) => row.number(index))
  const add = (test = {}) => {
    const row = makeTest(test, () => {
      rows.splice(rows.indexOf(row), 1)
      row.element.remove()
      number()
    })
    rows.push(row)
    place.append(row.element)
    number()
    return row
  }
  tests.forEach(add)
  const another = button("Add a test", () => add().focus())
  return {
    element: h("section", { "aria-label": "Tests" }, h("h2", {}, "Tests"),
      h("p", { class: "quiet" }, "Examples are shown to students. Of a hidden test they read its hint alone."), place, another),
    add,
    values: () => rows.map((row) => row.value()),
  }
}

function makeTest(test, remove) {
  const text = (value, more = {}) => h("textarea", { class: "mono", rows: 1, maxlength: 2000, spellcheck: "false", value: value ?? "", ...more })
  const name = h("input", { maxlength: 100, value: test.name ?? "" })
  const kind = select(KINDS, test.kind ?? "call")
  const call = text(test.call)
  const stdin = text(test.stdin, { rows: 3, maxlength: 10000 })
  const how = select(RESULTS, RESULTS.map(([one]) => one).find((one) => test[one] !== null && test[one] !== undefined) ?? "expected")
  const result = text(test[how.value], { rows: 1, maxlength: 10000 })
  const hint = h("input", { maxlength: 500, value: test.hint ?? "" })
  const weight = h("input", { type: "number", min: 0.1, max: 100, step: "any", value: test.weight ?? 1 })
  const visible = h("input", { type: "checkbox", checked: test.visible ?? true })
  const legend = h("legend")
  const parts = {
    call: field("Call", call, "A Python expression, such as area(3, 4)."), stdin: field("What is typed in", stdin, "One line for each input()."),
    how: field("The call", how), result: field("Result", result),
  }
  const arrange = () => {
    const program = kind.value === "program"
    parts.call.hidden = parts.how.hidden = program
    parts.stdin.hidden = !program
    result.rows = program || how.value === "stdout" ? 3 : 1
    parts.result.querySelector("label").textContent = program ? "What it prints" : how.value === "raises" ? "Name of the error" : how.value === "stdout" ? "What it prints" : "Result, as a Python value"
  }
  kind.onchange = how.onchange = arrange
  arrange()
  const element = h("fieldset", { class: "card" }, legend,
    h("div", { class: "columns" }, field("Name", name), field("Kind", kind)), parts.call, parts.stdin, parts.how, parts.result,
    h("div", { class: "columns" }, field("Hint when it fails (optional)", hint), field("Weight", weight)),
    h("label", { class: "choice" }, visible, h("span", {}, "Students see it as an example")),
    h("div", { class: "actions" }, button("Remove this test", remove, { class: "small danger" })))
  return {
    element,
    focus: () => name.focus(),
    number(index) {
      legend.textContent = `Test ${index + 1}`
      const controls = { name, kind, call, stdin, hint, weight, visible, [kind.value === "program" ? "stdout" : how.value]: result }
      for (const [key, control] of Object.entries(controls)) control.name = `tests[${index}].${key}`
    },
    value() {
      const program = kind.value === "program"
      const said = program ? { stdin: stdin.value, stdout: result.value } : { call: call.value, [how.value]: result.value || null }
      return { name: name.value, kind: kind.value, ...said, visible: visible.checked, weight: Number(weight.value) || 1, hint: hint.value || null, tolerance: test.tolerance ?? null }
    },
  }
}
