// A Python editor, or a plain text field where the library was not built.
import { h } from "./dom.js"
import { library } from "./optional.js"

const THEME = {
  "&": { fontSize: "0.875rem", backgroundColor: "var(--field)", color: "var(--text)", minHeight: "9rem", maxHeight: "28rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", overflow: "auto" },
  ".cm-content": { caretColor: "var(--text)", padding: "0.5rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--field)", color: "var(--quiet)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--line)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selection)" },
  ".cm-placeholder": { color: "var(--quiet)" },
  ".cm-tooltip": { backgroundColor: "var(--card)", color: "var(--text)", border: "1px solid var(--edge)" },
  ".cm-diagnostic": { fontFamily: "var(--mono)" },
  ".cm-lintRange-error": { backgroundImage: "none", backgroundColor: "var(--bad-soft)", boxShadow: "inset 0 -2px var(--bad)" },
  ".tok-keyword": { color: "var(--tok-keyword)", fontWeight: "600" },
  ".tok-string, .tok-string2": { color: "var(--tok-string)" },
  ".tok-number, .tok-bool": { color: "var(--tok-number)" },
  ".tok-comment": { color: "var(--quiet)", fontStyle: "italic" },
  ".tok-definition": { color: "var(--tok-name)" },
}

/** Make an editor: {element, code, focus(), mark([{line, message, severity}])}. */
export function makeEditor({ label, code = "", hint = "", run = () => null, changed = () => null }) {
  if (!library) return plain({ label, code, hint, run, changed })
  const host = h("div", { class: "editor" })
  const root = host.attachShadow({ mode: "open", delegatesFocus: true })
  const inner = library.createEditor(root, { code, label, hint, theme: THEME, run, changed })
  return {
    element: host,
    get code() { return inner.code },
    set code(text) { inner.code = text },
    focus: inner.focus,
    mark: inner.mark,
  }
}

function plain({ label, code, hint, run, changed }) {
  const keydown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run()
  }
  const area = h("textarea", {
    class: "editor", rows: 12, spellcheck: "false", autocapitalize: "off", "aria-label": label, placeholder: hint,
    value: code, onkeydown: keydown, oninput: changed,
  })
  return {
    element: area,
    get code() { return area.value },
    set code(text) { area.value = text },
    focus: () => area.focus(),
    mark: ([first]) => {
      if (!first) return
      const lines = area.value.split("\n")
      const start = lines.slice(0, first.line - 1).join("\n").length + (first.line > 1 ? 1 : 0)
      area.setSelectionRange(start, start + (lines[first.line - 1] ?? "").length)
    },
  }
}
