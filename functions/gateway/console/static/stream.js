// The stream of the signed-in user. EventSource cannot send a token in a header, so this reads it with fetch.
import { openStream, user } from "./api.js"

const events = new EventTarget()
let control = null

/** Listen to one kind of event, until the signal; `answer`, `submission`, `exercise`, `alert`, `state`, ... */
export function listen(kind, handle, signal) {
  events.addEventListener(kind, ({ detail }) => handle(detail), { signal })
}

/** Keep the stream open for whoever is signed in. */
export function follow() {
  control?.abort()
  if (!user()) return
  control = new AbortController()
  run(control.signal)
}

async function run(signal) {
  let last = null
  let pause = 500
  while (!signal.aborted) {
    try {
      const response = await openStream(last, signal)
      if (response.status === 401) return
      if (!response.ok) throw new Error(`stream: ${response.status}`)
      tell("state", "live")
      pause = 500
      for await (const event of parse(response.body)) {
        // After a resume without a number the same event may come again.
        if (event.id !== null && last !== null && event.id <= last) continue
        last = event.id ?? last
        tell(event.kind, event.data)
      }
    } catch (error) {
      if (signal.aborted) return
      console.info("the stream is opened again:", error.message)
      pause = Math.min(pause * 2, 8000)
    }
    tell("state", "reconnecting")
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

const tell = (kind, detail) => events.dispatchEvent(new CustomEvent(kind, { detail }))

/** Take server-sent events out of a stream of bytes. */
export async function* parse(bytes) {
  let rest = ""
  for await (const chunk of chunks(bytes.pipeThrough(new TextDecoderStream()))) {
    const blocks = (rest + chunk).split(/\r?\n\r?\n/)
    rest = blocks.pop()
    yield* blocks.map(event).filter((one) => one !== null)
  }
}

async function* chunks(readable) {
  const reader = readable.getReader()
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value
  } finally {
    reader.cancel().catch(() => null)
  }
}

function event(block) {
  const found = { id: null, kind: "message", data: [] }
  for (const line of block.split(/\r?\n/)) {
    const [, name, value] = /^([^:]*):? ?(.*)$/.exec(line)
    if (name === "id") found.id = Number(value)
    else if (name === "event") found.kind = value
    else if (name === "data") found.data.push(value)
  }
  return found.data.length ? { ...found, data: JSON.parse(found.data.join("\n")) } : null
}
