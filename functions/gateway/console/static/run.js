// Running a program, and showing what it did.
import { call } from "./api.js"
import { field, h, number } from "./dom.js"

const SAYS = {
  ok: "Finished", error: "Stopped with an error", timeout: "Stopped: it ran for more than 5 seconds. Is there an endless loop?",
  memory_limit: "Stopped: it needed more than 50 MB", output_limit: "Stopped: it printed too much",
  crashed: "The program crashed", internal_error: "That was our fault, not yours. Please run it again.",
}

// More than this nobody reads, and a browser is slow to lay it out.
const MAX_SHOWN = 20_000
const ASKS = /\binput\s*\(|\bstdin\b/

/** Make the field for what a program reads; it opens by itself for a program that asks. */
export function makeInput() {
  const stdin = h("textarea", { rows: 2, class: "mono", spellcheck: "false", autocapitalize: "off" })
  const element = h("details", { class: "more" }, h("summary", {}, "Input for the program"),
    field("What it reads with input()", stdin, "One line for each input()."))
  return {
    element,
    get text() { return stdin.value || null },
    look(code) { if (ASKS.test(code)) element.open = true },
  }
}

/** Make a button that runs the code of an editor, and the place for what comes out of it. */
export function makeRunner(editor, input) {
  const output = h("div", { class: "output", "aria-live": "polite", role: "region", "aria-label": "Output" })
  const button = h("button", { type: "button", "aria-keyshortcuts": "Control+Enter" }, "Run")
  let running = false
  const run = async () => {
    if (running) return
    running = true
    button.setAttribute("aria-disabled", "true")
    output.replaceChildren(h("p", { class: "thinking" }, "Running"))
    editor.mark([])
    input.look(editor.code)
    try {
      render(output, editor, await call("POST", "/executions", { code: editor.code, stdin: input.text }))
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
  const { line, type, message, help } = result.error ?? {}
  const took = result.duration_ms === null ? "" : ` · ${Math.round(result.duration_ms)} ms`
  const cut = Object.entries(result.truncated ?? {}).filter(([, yes]) => yes).map(([name]) => name)
  output.replaceChildren(
    h("p", { class: `status ${well ? "good" : "bad"}` }, `${SAYS[result.status] ?? result.status}${took}`),
    help ? h("p", { class: "help" }, help) : "",
    cut.length ? h("p", { class: "quiet" }, `It printed too much: the end of ${cut.join(" and ")} was left out.`) : "",
    ...printed("stdout", "What it printed", result.stdout),
    ...printed("stderr", "Error output", result.stderr, true),
    well && !result.stdout && !result.stderr ? h("p", { class: "quiet" }, "It printed nothing.") : "")
  if (line) editor.mark([{ line, message: `${type}: ${message}`, severity: "error" }])
}

/** Show output in a box of its own; of a long one the first part, of a traceback the last. */
function printed(name, label, text, last = false) {
  if (!text) return []
  const whole = text.length <= MAX_SHOWN
  const shown = whole ? text : last ? text.slice(-MAX_SHOWN) : text.slice(0, MAX_SHOWN)
  return [whole ? "" : h("p", { class: "quiet" }, `Only the ${last ? "last" : "first"} ${number(MAX_SHOWN)} characters are shown.`),
    h("pre", { class: name, tabindex: "0", "aria-label": label }, shown)]
}
