import { call, once } from "../api.js"
import { field, form, h, notice, number, s } from "../dom.js"

export const title = "Journey"

const LOOKS_EVERY_MS = 250
const LOOKS = 120

export async function show(main, { parameter, signal }) {
  const place = h("div")
  const text = h("input", { maxlength: 8000, required: true, placeholder: "How does a while loop work?" })
  let watching = new AbortController()
  const watch = (id) => {
    watching.abort()
    watching = new AbortController()
    return follow(id, place, AbortSignal.any([signal, watching.signal]))
  }
  const ask = form("Ask and watch", async () => {
    const { message_id: id } = await call("POST", "/chat/messages", { text: text.value }, once())
    if (signal.aborted) return
    history.replaceState(null, "", `#/journey/${id}`)
    text.value = ""
    await watch(id)
  }, field("A question to watch", text))
  ask.classList.add("row", "card")
  main.append(h("p", { class: "lead" }, "How one question travelled through the system."), ask, place)
  const id = parameter ?? (await newest())
  if (id) await watch(id)
  else place.append(h("p", { class: "empty" }, "You have asked nothing yet: ask something above, and its trace is shown here."))
}

/** Show a journey, and what is added to it, until it has settled; gives back after the first look. */
async function follow(id, place, signal) {
  const asked = await call("GET", `/chat/messages/${id}`).catch(() => null)
  const steps = h("div")
  place.replaceChildren(asked ? h("p", { class: "watched" }, h("strong", {}, asked.text)) : "", steps)
  const look = async () => {
    const journey = await call("GET", `/chat/messages/${id}/journey`)
    if (!signal.aborted) steps.replaceChildren(...draw(journey))
    return journey.settled
  }
  const goOn = async () => {
    // Two more looks after it has settled: a function may have begun just then.
    for (let looks = 0, settled = 0; looks < LOOKS && settled < 3 && !signal.aborted; looks++) {
      await new Promise((resolve) => setTimeout(resolve, LOOKS_EVERY_MS))
      settled = (await look()) ? settled + 1 : 0
    }
  }
  await look()
  goOn().catch((error) => signal.aborted || notice(error.message))
}

async function newest() {
  const { items } = await call("GET", "/chat/conversations?limit=1")
  if (!items.length) return null
  const messages = await call("GET", `/chat/conversations/${items[0].conversation_id}/messages?limit=1`)
  return messages.items[0]?.message_id
}

function draw({ hops, answered_ms, status, settled }) {
  const steps = hops.flatMap((hop) => [{ at: hop.at_ms, took: (hop.published_ms ?? hop.at_ms) - hop.at_ms, hop }, ...hop.deliveries.map((stop) => ({ at: stop.received_ms, took: stop.took_ms, stop }))])
  const end = Math.max(1, answered_ms ?? 0, ...steps.map(({ at, took }) => at + (took ?? 0)))
  const state = status === "pending" ? "still on its way" : answered_ms === null ? status : `${status} after ${number(answered_ms)} ms`
  if (!hops.length) return [h("p", { class: "quiet" }, `${state}. Its steps are not remembered any more.`)]
  return [
    h("p", { class: "status", role: "status" }, `${state}${settled ? "" : " · live"}`),
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Steps" }, h("table", { class: "journey" },
      h("thead", {}, h("tr", {}, ["Step", "Begins", "Takes", "When"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, steps.map((step) => row(step, end))))),
  ]
}

function row({ at, took, hop, stop }, end) {
  const name = hop
    ? [h("strong", {}, hop.producer), " → ", hop.type.replace(/^learnflow\.|\.v\d+$/g, ""), h("br"), h("small", {}, hop.published_ms === null ? `waits to go to ${hop.topic}` : `to ${hop.topic}`)]
    : [h("span", { class: "stop" }, h("strong", {}, stop.consumer), ` ${stop.outcome ?? "at work"}${stop.attempts > 1 ? `, ${stop.attempts} attempts` : ""}`)]
  const start = (at / end) * 100
  const width = Math.max(0.8, ((took ?? end - at) / end) * 100)
  return h("tr", { class: hop ? "hop" : "" },
    h("th", { scope: "row" }, name), h("td", { class: "number" }, `${number(at, 1)} ms`), h("td", { class: "number" }, took === null ? "…" : `${number(took, 1)} ms`),
    h("td", { class: "when" }, s("svg", { class: "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
      s("rect", { class: "track", width: 100, height: 8 }), s("rect", { class: hop ? "value event" : "value", x: Math.min(start, 99.2), width, height: 8 }))))
}
