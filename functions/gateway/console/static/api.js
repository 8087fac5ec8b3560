// The HTTP API: who is signed in, and one way to call it.

const BASE = "/api/v1"
const KEY = "learnflow"
// A tab that was duplicated has the same tokens, and a refresh token works once: the tabs tell each other.
const tabs = new BroadcastChannel(KEY)
let session = JSON.parse(sessionStorage.getItem(KEY) ?? "null")
const listeners = new Set()

export const TOPICS = ["basics", "control-flow", "data-structures", "functions", "oop", "files", "errors", "libraries"]

/** An answer that is no success; `field` names the field that is wrong, where it is one, and `reason` what is. */
export class Problem extends Error {
  constructor(status, body, retryAfter) {
    const first = body.errors?.[0]
    const reason = first?.message || body.detail || body.title || `Error ${status}`
    super(sentence(first ? `${first.field}: ${reason}` : reason))
    this.status = status
    this.field = first?.field
    this.reason = reason
    this.retryAfter = retryAfter
  }
}

/** Write what the API says of a problem as a sentence. */
export const sentence = (text) => text[0].toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".")

tabs.onmessage = ({ data }) => {
  if (session && data.used === session.refresh) keep(data.next)
}

/** The signed-in user, or null. */
export const user = () => session?.user ?? null

/** Call back when somebody signs in or out. */
export const onSession = (listener) => listeners.add(listener)

function keep(next) {
  const changed = session?.user.id !== next?.user.id
  session = next
  // What was typed belongs to who typed it: the next user of this tab begins with nothing.
  if (changed) sessionStorage.clear()
  if (next) sessionStorage.setItem(KEY, JSON.stringify(next))
  if (changed) listeners.forEach((listener) => listener(user()))
}

const opened = (body) => ({ user: body.user, access: body.access_token, refresh: body.refresh_token })

/** Sign in, or register: `how` is the last part of the path. */
export async function enter(how, body) {
  keep(opened(await read(await send("POST", `/auth/${how}`, body))))
}

/** Sign out, here and at the server. */
export async function leave() {
  const old = session
  keep(null)
  if (old) await send("POST", "/auth/logout", { refresh_token: old.refresh }).catch(() => null)
}

/** Call the API as the signed-in user, and give what it answers; raises Problem. A Blob is sent as it is. */
export async function call(method, path, body, headers = {}) {
  return read(await authorised((access) => send(method, path, body, { ...headers, ...access })))
}

/** Open the stream of the signed-in user. */
export function openStream(after, signal) {
  const resume = after === null ? {} : { "Last-Event-ID": String(after) }
  return authorised((access) => fetch(`${BASE}/stream`, { headers: { ...resume, ...access }, signal, cache: "no-store" }))
}

/** Write parameters of a request; those without a value are left out. */
export function query(values) {
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "")
  return given.length ? `?${new URLSearchParams(given)}` : ""
}

/** Make a key that no other request has. */
export const newKey = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`

/** A header that makes a repeat of the same request harmless. */
export const once = (key = newKey()) => ({ "Idempotency-Key": key })

async function authorised(request) {
  const used = session?.access
  let response = await request({ Authorization: `Bearer ${used}` })
  if (response.status === 401 && session) {
    await refresh(used)
    if (session) response = await request({ Authorization: `Bearer ${session.access}` })
  }
  return response
}

/** Trade the refresh token for new tokens, one tab and one request at a time. */
async function refresh(used) {
  await alone(async () => {
    if (!session || session.access !== used) return
    const old = session.refresh
    const response = await send("POST", "/auth/refresh", { refresh_token: old })
    if (response.status === 401) return keep(null)
    const next = opened(await read(response))
    keep(next)
    tabs.postMessage({ used: old, next })
  })
}

let last = Promise.resolve()

function alone(work) {
  // Web Locks are there on https and on this machine alone.
  if (navigator.locks) return navigator.locks.request(KEY, work)
  return (last = last.then(work, work))
}

async function send(method, path, body, headers = {}) {
  const raw = body instanceof Blob
  const content = body === undefined || raw ? {} : { "Content-Type": "application/json" }
  try {
    return await fetch(BASE + path, { method, headers: { ...content, ...headers }, body: raw ? body : JSON.stringify(body) })
  } catch {
    throw new Problem(0, { detail: "The server does not answer. Is it running?" })
  }
}

async function read(response) {
  const body = await response.json().catch(() => ({}))
  if (response.ok) return body
  throw new Problem(response.status, body, Number(response.headers.get("Retry-After")) || null)
}
