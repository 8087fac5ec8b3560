// Running a program, and showing what it did.
import { call } from "./api.js"
import { h } from "./dom.js"

const SAYS = {
  ok: "Finished", error: "Stopped with an error", timeout: "Stopped: it ran for more than 5 seconds. Is there an endless loop?",
  memory_limit: "Stopped: it needed more than 50 MB", output_limit: "Stopped: it printed too much",
  crashed: "The program crashed", internal_error: "That was our fault, not yours. Please run it again.",
}

/** Make a button that runs the code of an editor, and the place for what comes out of it. */
export function makeRunner(editor, stdin = null) {
  const output = h("div", { class: "output", "aria-live": "polite", role: "region", "aria-label": "Output" })
  const button = h("button", { type: "button", "aria-keyshortcuts": "Control+Enter" }, "Run")
  let running = false
  const run = async () => {
    if (running) return
    running = true
    button.setAttribute("aria-disabled", "true")
    output.replaceChildren(h("p", { class: "thinking" }, "Running"))
    editor.mark([])
    try {
      render(output, editor, await call("POST", "/executions", { code: editor.code, stdin: stdin?.value || null }))
    } catch (error) {
      output.replaceChildren(h("p", { class: "problem" }, error.message))
    }
    running = false
    button.removeAttribute("aria-disabled")
  }
  button.onclick = run
  return { button, output, run }
}

function render(output, editor, result) {
  const well = result.status === "ok"
  const took = result.duration_ms === null ? "" : ` · ${Math.round(result.duration_ms)} ms`
  const cut = Object.entries(result.truncated ?? {}).filter(([, yes]) => yes).map(([name]) => name)
  output.replaceChildren(
    h("p", { class: `status ${well ? "good" : "bad"}` }, `${SAYS[result.status] ?? result.status}${took}`),
    result.stdout && h("pre", { class: "stdout", tabindex: "0", "aria-label": "What it printed" }, result.stdout),
    result.stderr && h("pre", { class: "stderr", tabindex: "0", "aria-label": "Error output" }, result.stderr),
    well && !result.stdout && !result.stderr ? h("p", { class: "quiet" }, "It printed nothing.") : "",
    cut.length ? h("p", { class: "quiet" }, `The end of ${cut.join(" and ")} was left out.`) : "")
  const { line, type, message } = result.error ?? {}
  if (line) editor.mark([{ line, message: `${type}: ${message}`, severity: "error" }])
}
