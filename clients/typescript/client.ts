// A client of LearnFlow. `schema.d.ts` beside it is generated from the OpenAPI document: all paths and bodies are typed.
import createClient from "openapi-fetch"
import type { components, paths } from "./schema.d.ts"

export type Schemas = components["schemas"]
export type Tokens = Pick<Schemas["SignedInUser"], "access_token" | "refresh_token">

/** What the stream tells; a kind that is not known here is passed on all the same. */
export type StreamEvent =
  | { id: number | null; kind: "answer"; data: { message_id: string; status: string; answer: Schemas["Answer"] } }
  | { id: number | null; kind: "submission"; data: { submission_id: string } }
  | { id: number | null; kind: "exercise"; data: { exercise_id: string; status: string } }
  | { id: number | null; kind: "alert"; data: Schemas["Alert"] }

export class LearnFlow {
  /** Every call of the API: `api.GET("/api/v1/progress")`. */
  readonly api
  private tokens: Tokens | null = null
  private refreshing: Promise<void> | null = null

  /** `keep` is called with every new pair of tokens, and with null at the end of the session: store them there. */
  constructor(private readonly url: string, private readonly keep: (tokens: Tokens | null) => void = () => {}) {
    this.api = createClient<paths>({ baseUrl: url, fetch: (request) => this.send(request) })
  }

  /** Go on with tokens that were kept. */
  resume(tokens: Tokens): void {
    this.tokens = tokens
  }

  async register(body: Schemas["Registration"]): Promise<Schemas["User"]> {
    return this.opened(await this.api.POST("/api/v1/auth/register", { body }))
  }

  async login(body: Schemas["Credentials"]): Promise<Schemas["User"]> {
    return this.opened(await this.api.POST("/api/v1/auth/login", { body }))
  }

  /** Events as they happen, until the signal; a stream that ends is opened again where it stopped. */
  async *stream(signal?: AbortSignal, after: number | null = null): AsyncGenerator<StreamEvent> {
    while (!signal?.aborted) {
      const headers: Record<string, string> = after === null ? {} : { "Last-Event-ID": String(after) }
      const response = await this.authorised((access) =>
        fetch(`${this.url}/api/v1/stream`, { headers: { ...headers, ...access }, signal: signal ?? null }))
      if (response.status === 401) throw new Error("sign in again")
      if (response.ok && response.body) {
        for await (const event of parse(response.body)) {
          if (event.id !== null && after !== null && event.id <= after) continue
          after = event.id ?? after
          yield event
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  }

  /** Send a request as the signed-in user; when the access token is old, once more with a new one. */
  private async send(request: Request): Promise<Response> {
    if (!this.tokens || request.url.includes("/api/v1/auth/")) return fetch(request)
    return this.authorised((access) => {
      const copy = request.clone()
      copy.headers.set("Authorization", access.Authorization)
      return fetch(copy)
    })
  }

  private async authorised(send: (access: { Authorization: string }) => Promise<Response>): Promise<Response> {
    const access = () => ({ Authorization: `Bearer ${this.tokens?.access_token}` })
    const used = access()
    const response = await send(used)
    if (response.status !== 401 || !this.tokens) return response
    await this.refresh(used.Authorization)
    return send(access())
  }

  /** Trade the refresh token, which works once: one trade at a time, and none when another was quicker. */
  private async refresh(used: string | null): Promise<void> {
    if (used !== `Bearer ${this.tokens?.access_token}`) return
    this.refreshing ??= this.trade().finally(() => (this.refreshing = null))
    await this.refreshing
  }

  private async trade(): Promise<void> {
    const body = { refresh_token: this.tokens?.refresh_token ?? "" }
    const { data, response } = await this.api.POST("/api/v1/auth/refresh", { body })
    if (data) this.have(data)
    else if (response.status === 401) this.have(null)
  }

  private opened({ data, error }: { data?: Schemas["SignedInUser"]; error?: Schemas["Problem"] }): Schemas["User"] {
    if (!data) throw new Error(error?.detail ?? "the server does not answer")
    this.have(data)
    return data.user
  }

  private have(tokens: Tokens | null): void {
    this.tokens = tokens && { access_token: tokens.access_token, refresh_token: tokens.refresh_token }
    this.keep(this.tokens)
  }
}

async function* parse(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ""
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const blocks = (rest + decoder.decode(part.value, { stream: true })).split(/\r?\n\r?\n/)
      rest = blocks.pop() ?? ""
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, "m").exec(block)?.[1]
        const data = field("data")
        if (data === undefined) continue
        yield { id: Number(field("id")) || null, kind: field("event") ?? "message", data: JSON.parse(data) } as StreamEvent
      }
    }
  } finally {
    await reader.cancel()
  }
}
