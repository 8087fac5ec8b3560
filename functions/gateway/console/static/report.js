// A submission whose grade and review come in one after the other.
import { call } from "./api.js"
import { h, number } from "./dom.js"
import { markdown } from "./markdown.js"
import { listen } from "./stream.js"

/** Show a submission, and what is added to it, until the signal. */
export function makeReport(submission, { editor, signal, graded = false, done = () => null }) {
  const element = h("div", { class: "report", "aria-live": "polite" })
  let told = false
  const look = async () => {
    const found = await call("GET", `/submissions/${submission}`)
    if (signal.aborted) return
    render(element, editor, found, graded)
    if (found.status !== "pending" && !told) {
      told = true
      done(found)
    }
  }
  const safely = () => look().catch((error) => element.replaceChildren(h("p", { class: "problem" }, error.message)))
  listen("submission", (event) => event.submission_id === submission && safely(), signal)
  // The stream is quicker; this is for a stream that is just being opened again.
  call("GET", `/submissions/${submission}?wait=25`).then(safely, safely)
  safely()
  return element
}

function render(element, editor, { status, grade: result, review, withheld }, graded) {
  if (withheld) return element.replaceChildren(h("p", { class: "status good" }, "Handed in. Your teacher shows the result later."))
  const waiting = status === "pending"
  element.replaceChildren(
    status === "failed" ? h("p", { class: "problem" }, "This could not be graded. Please hand it in again.") : "",
    result ? grade(result) : graded && waiting ? h("p", { class: "thinking" }, "Your tests are running") : "",
    review ? quality(review) : waiting ? h("p", { class: "thinking" }, "Your code is being reviewed") : "")
  const findings = review?.findings ?? []
  // Without findings the mark of the last run stays.
  if (findings.length) editor.mark(findings.filter(({ line }) => line).map(({ line, message, severity }) =>
    ({ line, message, severity: severity === "error" ? "error" : severity === "info" ? "info" : "warning" })))
}

/** Show the grade of a submission, test by test. */
export function grade({ passed, total, score, counted_score: counted = null, tests: all }) {
  const well = total > 0 && passed === total
  const less = counted !== null && counted < score ? ` · ${number(counted * 100)} % count, after the help` : ""
  return h("section", { class: "card" },
    h("h2", {}, "Tests"),
    h("p", { class: `status ${well ? "good" : "bad"}` }, `${passed} of ${total} passed · score ${number(score * 100)} %${less}`),
    h("ul", { class: "tests" }, all.map((one) => h("li", { class: one.passed ? "good" : "bad" },
      h("strong", {}, one.passed ? "✓ passed" : "✗ failed"), ` ${one.name}${one.hidden ? " (hidden)" : ""}`,
      !one.passed && one.message ? markdown(one.message) : ""))))
}

/** Show a review. */
export function quality({ quality: rating = null, summary, findings = [] }) {
  return h("section", { class: "card" }, h("h2", {}, "Review"),
    summary ? markdown(summary) : h("p", { class: "status" }, rating === null ? "Not rated" : `Quality ${number(rating)} of 100`),
    !findings.length ? "" : summary
      ? h("details", {}, h("summary", {}, `Every finding (${findings.length})`), found(findings)) : found(findings))
}

const found = (findings) => h("ul", {}, findings.map((one) => h("li", {},
  one.line ? h("strong", {}, `Line ${one.line}: `) : "", markdown(one.message), one.suggestion ? markdown(one.suggestion) : "")))
