import { TOPICS, call, once } from "../api.js"
import { field, form, h, select, when, words } from "../dom.js"
import { makeEditor } from "../editor.js"
import { code, markdown } from "../markdown.js"
import { listen } from "../stream.js"

export const title = "Chat"

const EXAMPLES = ["How does a for loop work?", "What is the difference between a list and a tuple?", "How am I doing?"]

export async function show(main, { parameter, signal }) {
  const log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": "Questions and answers" })
  const chat = { conversation: parameter ?? null, turns: new Map(), log }
  const earlier = h("ul")
  const empty = h("div", { class: "empty" }, h("p", {}, "Ask anything about Python. For example:"),
    h("p", {}, EXAMPLES.map((text) => h("button", { class: "chip", onclick: () => ask(chat, { text }) }, text))))
  log.append(empty)
  chat.empty = empty
  main.append(
    h("details", { class: "earlier", ontoggle: (event) => event.target.open && list(earlier) },
      h("summary", {}, "Earlier conversations"), earlier),
    log, composer(chat))
  listen("answer.delta", (delta) => chat.turns.get(delta.message_id)?.grow(delta), signal)
  listen("answer", (answer) => chat.turns.get(answer.message_id)?.finish(answer), signal)
  if (parameter) await load(chat, parameter)
}

function composer(chat) {
  const text = h("textarea", { rows: 2, required: true, maxlength: 8000, placeholder: "Your question" })
  const editor = makeEditor({ label: "Code that belongs to the question", hint: "# the code you ask about" })
  const error = h("textarea", { rows: 2, class: "mono", maxlength: 20000 })
  const topic = select([["", "any topic"], ...TOPICS.map((name) => [name, words(name)])], "")
  const more = h("details", { class: "more" }, h("summary", {}, "Add code or an error message"),
    h("div", { class: "field" }, h("span", { class: "label" }, "Code"), editor.element),
    field("Error message", error), field("Topic", topic))
  const act = async () => {
    const body = { text: text.value, code: editor.code || null, error: error.value || null, topic: topic.value || null }
    await ask(chat, body)
    text.value = error.value = editor.code = ""
    more.open = false
    text.focus()
  }
  const element = form("Ask", act, field("Your question", text), more)
  text.onkeydown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return
    event.preventDefault()
    element.requestSubmit()
  }
  element.classList.add("composer", "card")
  return element
}

async function ask(chat, question) {
  const started = performance.now()
  const body = { ...question, conversation_id: chat.conversation }
  const { message_id, conversation_id } = await call("POST", "/chat/messages", body, once())
  chat.conversation = conversation_id
  const turn = makeTurn({ ...question, message_id, status: "pending" }, started)
  chat.turns.set(message_id, turn)
  chat.empty.remove()
  chat.log.append(turn.element)
  turn.element.scrollIntoView({ block: "nearest" })
  // The stream is quicker; this is for a stream that is just being opened again.
  call("GET", `/chat/messages/${message_id}?wait=25`).then((found) => found.answer && turn.finish(found), () => null)
}

/** A question and its answer, which may come in pieces before it comes as a whole. */
export function makeTurn(message, started = null) {
  const answer = h("div", { class: "answer", "aria-busy": "true" }, h("p", { class: "thinking" }, "Thinking"))
  const foot = h("p", { class: "foot" })
  const pieces = []
  let done = false
  const turn = {
    element: h("article", { class: "turn" },
      h("div", { class: "question" }, h("p", {}, message.text), message.code && code(message.code), message.error && code(message.error, "text")),
      answer, foot),
    grow({ seq, text, reset }) {
      if (done) return
      if (reset) pieces.length = 0
      pieces[seq] = text
      answer.replaceChildren(markdown(pieces.join("")))
    },
    finish({ status, answer: body }) {
      if (done || !body) return
      done = true
      answer.setAttribute("aria-busy", "false")
      answer.classList.toggle("failed", status === "failed")
      answer.replaceChildren(markdown(body.text))
      const took = started === null ? when(body.created_at) : `${Math.round(performance.now() - started)} ms`
      foot.replaceChildren(h("span", { class: "agent" }, words(body.agent)), took, " ",
        body.degraded ? h("span", { title: "No model was used" }, "without a model") : "", " ",
        body.exercise_id ? h("a", { href: `#/exercises/${body.exercise_id}` }, "open the exercise") : "", " ",
        h("a", { href: `#/journey/${message.message_id}` }, "its journey"))
    },
  }
  turn.finish(message)
  return turn
}

async function list(place) {
  const { items } = await call("GET", "/chat/conversations?limit=30")
  place.replaceChildren(...items.map((one) =>
    h("li", {}, h("a", { href: `#/chat/${one.conversation_id}` }, one.title), " ", h("small", {}, when(one.last_message_at)))))
  if (!items.length) place.append(h("li", {}, "There are none yet."))
}

async function load(chat, conversation) {
  const { items } = await call("GET", `/chat/conversations/${conversation}/messages?limit=50`)
  for (const message of items.reverse()) {
    const turn = makeTurn(message)
    chat.turns.set(message.message_id, turn)
    chat.log.append(turn.element)
  }
  if (items.length) chat.empty.remove()
}
