import { TOPICS, call, once, query } from "../api.js"
import { button, field, form, h, number, select, when, words } from "../dom.js"
import { makeEditor } from "../editor.js"
import { developer } from "../developer.js"
import { code, markdown } from "../markdown.js"
import { listen } from "../stream.js"

export const title = "Chat"

const EXAMPLES = ["How does a for loop work?", "What is the difference between a list and a tuple?", "How am I doing?"]

const KEY = "learnflow-conversation"
const PAGE = 30

export async function show(main, { parameter, signal }) {
  if (parameter === "new") sessionStorage.removeItem(KEY)
  const conversation = parameter === "new" ? null : parameter ?? sessionStorage.getItem(KEY)
  const log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": "Questions and answers" })
  const chat = { conversation, turns: new Map(), log, signal }
  chat.empty = h("div", { class: "empty" }, h("p", {}, "Ask anything about Python. For example:"),
    h("p", {}, EXAMPLES.map((text) => button(text, () => ask(chat, { text }), { class: "chip" }))))
  chat.fresh = h("a", { href: "#/chat/new", hidden: true }, "New conversation")
  const earlier = h("ul", { class: "rows" })
  main.append(
    h("div", { class: "above" },
      h("details", { class: "earlier", ontoggle: ({ target }) => target.open && list(earlier) }, h("summary", {}, "Earlier conversations"), earlier), chat.fresh),
    log, composer(chat))
  listen("answer.delta", (delta) => chat.turns.get(delta.message_id)?.grow(delta), signal)
  listen("answer", (answer) => chat.turns.get(answer.message_id)?.finish(answer), signal)
  if (conversation) await load(chat)
  if (!chat.turns.size) log.append(chat.empty)
  log.lastElementChild?.scrollIntoView({ block: "nearest" })
}

function composer(chat) {
  const text = h("textarea", { rows: 2, required: true, maxlength: 8000, placeholder: "Your question" })
  const editor = makeEditor({ label: "Code for this question", hint: "# paste the code you're asking about" })
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
  keep(chat, conversation_id)
  const turn = makeTurn({ ...question, message_id, status: "pending" }, started, picker(chat, message_id))
  chat.turns.set(message_id, turn)
  chat.empty.remove()
  chat.log.append(turn.element)
  turn.element.scrollIntoView({ block: "start" })
  // The stream is quicker; this is for a stream that is just being opened again.
  call("GET", `/chat/messages/${message_id}?wait=25`).then((found) => found.answer && turn.finish(found), () => null)
}

/** What picks one of the choices of an answer: its text, as a reply to the question that was answered. */
const picker = (chat, id) => (text) => ask(chat, { text, in_reply_to: id })

/** Stay in a conversation, also after a reload or a look at another view. */
function keep(chat, conversation) {
  chat.conversation = conversation
  chat.fresh.hidden = false
  sessionStorage.setItem(KEY, conversation)
  if (!chat.signal.aborted) history.replaceState(null, "", `#/chat/${conversation}`)
}

/** A question and its answer, which may come in pieces before it comes as a whole. */
export function makeTurn(message, started = null, pick = null) {
  const answer = h("div", { class: "answer", "aria-busy": "true" }, h("p", { class: "thinking" }, "Thinking"))
  const offers = h("div", { class: "offers", hidden: true })
  const foot = h("p", { class: "foot" })
  const pieces = []
  let done = false
  const turn = {
    element: h("article", { class: "turn" },
      h("div", { class: "question" }, h("p", {}, message.text), message.code && code(message.code), message.error && code(message.error, "text")),
      answer, offers, foot),
    grow({ seq, text, reset }) {
      if (done) return
      if (reset) pieces.length = 0
      pieces[seq] = text
      // Only what has no gap before it is shown: after a lost piece the answer itself is waited for.
      let whole = 0
      while (pieces[whole + 1] !== undefined) whole += 1
      if (whole) answer.replaceChildren(markdown(pieces.slice(1, whole + 1).join("")))
    },
    finish({ status, answer: body }) {
      if (done || !body) return
      done = true
      // Where the answer is longer than what was there, the question stays in sight above it.
      const follows = started !== null && turn.element.matches(".log > :last-child")
      answer.setAttribute("aria-busy", "false")
      answer.classList.toggle("failed", status === "failed")
      answer.replaceChildren(markdown(body.text))
      offers.hidden = !(pick && body.choices?.length)
      if (!offers.hidden) offers.replaceChildren(...body.choices.map(({ label, text }) => button(label, () => pick(text), { class: "chip" })))
      const took = started === null || !developer ? when(body.created_at) : `${number(performance.now() - started)} ms`
      foot.replaceChildren(h("span", { class: "agent" }, words(body.agent)), took, " ",
        developer && body.degraded ? h("span", { title: "No model was used" }, "without a model") : "", " ",
        body.exercise_id ? h("a", { href: `#/exercises/${body.exercise_id}` }, "open the exercise") : "", " ",
        developer ? h("a", { href: `#/journey/${message.message_id}` }, "Trace") : "")
      if (follows) turn.element.scrollIntoView({ block: "start" })
    },
  }
  turn.finish(message)
  return turn
}

async function list(place) {
  const { items } = await call("GET", "/chat/conversations?limit=10")
  place.replaceChildren(...items.map((one) =>
    h("li", {}, h("a", { href: `#/chat/${one.conversation_id}` }, one.title), " ", h("small", {}, when(one.last_message_at)))))
  place.append(h("li", {}, items.length ? h("a", { href: "#/history" }, "All of them") : "There are none yet."))
}

/** Read a conversation, the latest messages first; older ones on demand. */
async function load(chat) {
  const path = `/chat/conversations/${chat.conversation}/messages`
  const older = button("Earlier messages", () => read(), { hidden: true })
  let cursor = null
  const read = async () => {
    const page = await call("GET", path + query({ limit: PAGE, cursor }))
    cursor = page.next_cursor
    const turns = page.items.reverse().map((message) => [message.message_id, makeTurn(message, null, picker(chat, message.message_id))])
    turns.forEach(([id, turn]) => chat.turns.set(id, turn))
    older.hidden = !cursor
    older.after(...turns.map(([, turn]) => turn.element))
  }
  chat.log.append(older)
  try {
    await read()
    keep(chat, chat.conversation)
  } catch (error) {
    sessionStorage.removeItem(KEY)
    throw error
  }
}
