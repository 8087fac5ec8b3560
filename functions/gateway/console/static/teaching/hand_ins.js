// What a class handed in: read it, say something about a line, put another score in the place of the computed one.
import { call } from "../api.js"
import { field, form, h, notice, number, when } from "../dom.js"
import { makeList } from "../lists.js"
import { grade, quality } from "../report.js"
import { remember } from "./names.js"

/** Show what a class handed in, newest first. */
export async function showHandIns(place, { class_id: id, role }) {
  const list = makeList({ path: `/classes/${id}/submissions`, list: "div", item: (one) => handIn(one, role), empty: "Nothing has been handed in yet." })
  place.append(h("p", { class: "quiet" }, "What you open here is logged, and the student can see that you looked."), list.element)
  await list.load()
}

function handIn(one, role) {
  const { student } = one
  remember(student.student_id, student.display_name)
  const inside = h("div")
  const said = h("span", {}, result(one))
  const open = async () => {
    const found = await call("GET", `/submissions/${one.submission_id}`)
    said.replaceChildren(result(found))
    inside.replaceChildren(numbered(found.code), judged(found), found.grade ? grade(found.grade) : "", found.review ? quality(found.review) : "",
      h("div", { class: "columns" }, commenting(one, open), role === "assistant" ? "" : overriding(one, open)))
  }
  const fill = ({ target }) => target.open && open().catch((error) => inside.replaceChildren(h("p", { class: "problem" }, error.message)))
  return h("details", { class: "card", ontoggle: fill },
    h("summary", {}, h("strong", {}, student.display_name), " · ", when(one.submitted_at), " · ", said), inside)
}

const result = ({ grade: tests, override }) => override ? `your score ${number(override.score * 100)} %`
  : tests ? `${tests.passed} of ${tests.total} tests passed` : "no tests"

/** Show a program with its line numbers, which comments name. */
function numbered(code) {
  const lines = code.replace(/\r?\n$/, "").split(/\r?\n/)
  const width = String(lines.length).length
  return h("pre", { class: "sample", tabindex: "0", "aria-label": "Program" }, lines.map((text, index) => `${String(index + 1).padStart(width)}  ${text}`).join("\n"))
}

/** Show what teachers said about a submission. */
export function judged({ comments = [], override = null }) {
  if (!comments.length && !override) return ""
  return h("section", { class: "card" }, h("h2", {}, "From the teacher"),
    override ? h("p", { class: "status good" }, `Score ${number(override.score * 100)} %: ${override.reason}`, override.by ? ` (${override.by})` : "") : "",
    comments.length ? h("ul", {}, comments.map((one) => h("li", {}, one.line ? h("strong", {}, `Line ${one.line}: `) : "", one.text,
      " ", h("small", {}, one.author ? `${one.author}, ` : "", when(one.created_at))))) : "")
}

function commenting({ submission_id: id }, done) {
  const line = h("input", { name: "line", type: "number", min: 1, inputmode: "numeric" })
  const text = h("textarea", { name: "text", rows: 3, required: true, maxlength: 8000 })
  const element = form("Comment", async () => {
    await call("POST", `/submissions/${id}/comments`, { text: text.value, line: line.value ? Number(line.value) : null })
    notice("The student sees your comment.")
    await done()
  }, field("Line (optional)", line), field("Comment", text))
  return h("section", {}, h("h3", {}, "Say something"), element)
}

function overriding({ submission_id: id }, done) {
  const score = h("input", { name: "score", type: "number", min: 0, max: 100, step: "any", required: true, inputmode: "decimal" })
  const reason = h("textarea", { name: "reason", rows: 3, required: true, maxlength: 1000 })
  const element = form("Set the score", async () => {
    await call("POST", `/submissions/${id}/override`, { score: Number(score.value) / 100, reason: reason.value })
    notice("Your score counts now; the tests' score stays beside it.")
    await done()
  }, field("Score in %", score), field("Reason", reason, "The student sees it."))
  return h("section", {}, h("h3", {}, "Put another score in its place"), element)
}
