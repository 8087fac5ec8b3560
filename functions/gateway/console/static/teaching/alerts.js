// Alerts with their evidence, and what a teacher does about them.
import { call } from "../api.js"
import { button, count, field, form, h, notice, when, words } from "../dom.js"
import { makeList } from "../lists.js"
import { remember } from "./names.js"

export const RULES = {
  same_error: "The same error again and again", timeout: "Infinite loops", quiz_failed: "Failed quiz",
  failed_runs: "Many failing hand-ins in a row", stuck: "Says they're stuck", stalled: "A long time at one exercise",
}
const FIRST = 4

/** Make a list of alerts: {element, load()}; what cannot be read is said in the notice. */
export function makeAlerts(values, { named = true } = {}) {
  const cards = new Map()
  const list = makeList({
    path: "/alerts", values, list: "div", empty: named ? "There is nothing here: nobody needs you right now." : "None.",
    item: (alert) => kept(cards, alert, () => load(), named),
  })
  const load = (how) => list.load(how).catch((error) => notice(error.message))
  return { element: h("section", { class: "alerts", "aria-label": "Alerts", "aria-live": "polite" }, list.element), load }
}

/** Give the card of an alert: the one there is, if nothing is new or somebody is writing a note in it. */
function kept(cards, alert, reload, named) {
  const text = JSON.stringify(alert)
  const known = cards.get(alert.alert_id)
  if (known?.text === text || (known?.status === alert.status && known?.element.querySelector("details[open] input"))) return known.element
  const element = card(alert, reload, named)
  cards.set(alert.alert_id, { text, status: alert.status, element })
  return element
}

function card(alert, reload, named) {
  const { student_id: id, display_name: name } = alert.student
  remember(id, name)
  const what = RULES[alert.rule] ?? words(alert.rule)
  return h("article", { class: `card alert ${alert.severity}`, "aria-label": `${name ?? "A student"}: ${what}` },
    named ? h("h2", {}, h("a", { href: `#/student/${id}` }, name ?? "A student")) : "",
    h("p", {}, h("strong", {}, what), alert.topic ? ` in ${words(alert.topic)}` : "",
      alert.exercise_title ? `, at “${alert.exercise_title}”` : "",
      ` · ${alert.severity} · noticed ${alert.count === 1 ? "once" : count(alert.count, "time")}, last `, when(alert.last_seen),
      ` · ${count(alert.evidence.length, "observation")}`),
    evidence(alert.evidence),
    alert.note ? h("p", { class: "quiet" }, `Note: ${alert.note}`) : "",
    alert.status === "resolved" ? h("p", { class: "quiet" }, "Over since ", when(alert.resolved_at)) : actions(alert, reload))
}

/** Show what was seen, the latest first. */
function evidence(all) {
  const [near, far] = [all.toReversed().slice(0, FIRST), all.toReversed().slice(FIRST)]
  const item = (one) => h("li", {}, one.at ? h("small", {}, when(one.at)) : "", " ", one.summary ?? one.text ?? words(one.kind ?? ""),
    one.excerpt ? h("pre", {}, h("code", {}, one.excerpt)) : "", one.kind === "submission" && one.ref ? program(one.ref) : "")
  return [
    h("ul", { class: "evidence", "aria-label": "Evidence" }, near.map(item)),
    far.length ? h("details", {}, h("summary", {}, `${count(far.length, "earlier observation")}`), h("ul", { class: "evidence" }, far.map(item))) : "",
  ].flat()
}

/** Show what was handed in once somebody opens it; the student sees who looked. */
function program(id) {
  const code = h("code")
  const box = h("details", {}, h("summary", {}, "What was handed in"), h("pre", {}, code))
  box.addEventListener("toggle", () => call("GET", `/submissions/${id}`).then((found) => code.replaceChildren(found.code), (error) => notice(error.message)), { once: true })
  return box
}

function actions(alert, reload) {
  const act = (action, body) => call("POST", `/alerts/${alert.alert_id}/${action}`, body).then(reload)
  const note = h("input", { maxlength: 2000 })
  return h("div", { class: "actions" },
    alert.status === "open" ? button("Acknowledge", () => act("acknowledge")) : h("span", { class: "quiet" }, "Seen ", when(alert.acknowledged_at)),
    h("details", {}, h("summary", {}, "Resolve"),
      form("Resolve", () => act("resolve", { note: note.value || null }), field("Note (optional)", note))))
}
