import { call } from "../api.js"
import { field, form, h, select, when, words } from "../dom.js"
import { listen } from "../stream.js"

export const title = "Alerts"

const RULES = {
  same_error: "The same error again and again", timeout: "Programs that do not end", quiz_failed: "A quiz went wrong",
  failed_runs: "Many failing runs in a row", stuck: "Says that they are stuck", stalled: "A long time at one exercise",
}

export async function show(main, { signal }) {
  const status = select([["open", "open"], ["acknowledged", "seen"], ["resolved", "over"], ["", "all"]], "open")
  const place = h("div", { class: "alerts", "aria-live": "polite" })
  const cards = new Map()
  const load = async () => {
    const { items, next_cursor } = await call("GET", `/alerts?limit=100${status.value ? `&status=${status.value}` : ""}`)
    arrange(place, items.map((one) => kept(cards, one, load)))
    if (!items.length) place.append(h("p", { class: "empty" }, "There is nothing here: nobody needs you right now."))
    if (next_cursor) place.append(h("p", { class: "quiet" }, "These are the latest 100; there are older ones."))
  }
  status.onchange = load
  main.append(field("Show", status), place)
  listen("alert", () => load().catch(() => null), signal)
  await load()
}

/** Give the card of an alert: the one there is, if nothing is new or somebody is writing a note in it. */
function kept(cards, alert, reload) {
  const text = JSON.stringify(alert)
  const known = cards.get(alert.alert_id)
  if (known?.text === text || (known?.status === alert.status && known?.element.querySelector("details[open]"))) return known.element
  const element = card(alert, reload)
  cards.set(alert.alert_id, { text, status: alert.status, element })
  return element
}

/** Show elements in an order, without touching those that are in their place: a focus in one of them stays. */
function arrange(place, wanted) {
  wanted.forEach((element, index) => {
    if (place.children[index] !== element) place.insertBefore(element, place.children[index] ?? null)
  })
  while (place.children.length > wanted.length) place.lastChild.remove()
}

function card(alert, reload) {
  const act = (action, body) => call("POST", `/alerts/${alert.alert_id}/${action}`, body).then(reload)
  const note = h("input", { maxlength: 2000 })
  const times = alert.count === 1 ? "once" : `${alert.count} times`
  return h("article", { class: `card alert ${alert.severity}` },
    h("h2", {}, alert.student.display_name ?? "A student"),
    h("p", {}, h("strong", {}, RULES[alert.rule] ?? words(alert.rule)), alert.topic ? ` in ${words(alert.topic)}` : "",
      ` · ${alert.severity} · ${times}, last ${when(alert.last_seen)}`),
    h("ul", { class: "evidence" }, alert.evidence.map((one) =>
      h("li", {}, h("small", {}, when(one.at)), " ", one.summary ?? one.text ?? words(one.kind ?? "")))),
    alert.note ? h("p", { class: "quiet" }, `Note: ${alert.note}`) : "",
    alert.status === "resolved" ? h("p", { class: "quiet" }, `Over since ${when(alert.resolved_at)}`) : h("div", { class: "actions" },
      alert.status === "open" ? h("button", { onclick: () => act("acknowledge") }, "I have seen it") : h("span", { class: "quiet" }, "Seen"),
      h("details", {}, h("summary", {}, "It is over"), form("Resolve", () => act("resolve", { note: note.value || null }), field("Note, if you like", note)))))
}
