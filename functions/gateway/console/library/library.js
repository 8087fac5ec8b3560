// What the console takes from npm, bundled into one module by build.py.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete"
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands"
import { python, pythonLanguage } from "@codemirror/lang-python"
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language"
import { lintGutter, setDiagnostics } from "@codemirror/lint"
import { EditorState } from "@codemirror/state"
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers, placeholder } from "@codemirror/view"
import { classHighlighter, highlightCode } from "@lezer/highlight"
import { fromMarkdown } from "mdast-util-from-markdown"
import { gfmTableFromMarkdown } from "mdast-util-gfm-table"
import { gfmTable } from "micromark-extension-gfm-table"

/** Make an editor in a shadow root: there it needs no style element, which the page's policy would refuse. */
export function createEditor(root, { code, label, hint, theme, run, changed }) {
  const keys = [
    { key: "Mod-Enter", run: () => (run(), true) },
    // Tab leaves the editor, as everywhere on a page: who types with a keyboard alone must get out again.
    { key: "Mod-]", run: indentMore },
    { key: "Mod-[", run: indentLess },
  ]
  const view = new EditorView({
    root,
    parent: root,
    doc: code,
    extensions: [
      lineNumbers(), lintGutter(), history(), drawSelection(), highlightActiveLine(), indentOnInput(),
      bracketMatching(), closeBrackets(), autocompletion({ activateOnTyping: false }),
      indentUnit.of("    "), EditorState.tabSize.of(4), placeholder(hint),
      python(), syntaxHighlighting(classHighlighter), EditorView.theme(theme), EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": label, autocapitalize: "off", spellcheck: "false" }),
      keymap.of([...keys, ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap]),
      EditorView.updateListener.of((update) => update.docChanged && changed()),
    ],
  })
  const mark = (marks) => {
    const diagnostics = marks
      .filter(({ line }) => line >= 1 && line <= view.state.doc.lines)
      .map(({ line, message, severity }) => {
        const { from, to } = view.state.doc.line(line)
        return { from, to, message, severity }
      })
    view.dispatch(setDiagnostics(view.state, diagnostics))
  }
  return {
    get code() { return view.state.doc.toString() },
    set code(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } })
    },
    focus: () => view.focus(),
    mark,
  }
}

/** Tell the pieces of Python code apart: calls put(text, classes) for each, in order. */
export function colour(code, put) {
  highlightCode(code, pythonLanguage.parser.parse(code), classHighlighter, put, () => put("\n", ""))
}

/** Parse Markdown into a tree; what becomes of its nodes is the page's business. */
export function parseMarkdown(text) {
  return fromMarkdown(text, { extensions: [gfmTable()], mdastExtensions: [gfmTableFromMarkdown()] })
}
