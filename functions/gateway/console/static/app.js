// The frame: who is signed in, which view is shown, what is new.
import { call, leave, onSession, user } from "./api.js"
import { developer } from "./developer.js"
import { button, h, notice, when } from "./dom.js"
import { follow, listen } from "./stream.js"

// In the order of the navigation; a view without a label is reached from others.
const VIEWS = {
  student: {
    chat: "Chat", code: "Code", exercises: "Exercises", quiz: "Quiz", progress: "Progress", history: "History",
    journey: developer ? "Journey" : null, account: null,
  },
  teacher: {
    classes: "Classes", own: "Exercises", alerts: "Alerts", chat: "Chat", code: "Code", journey: developer ? "Journey" : null, student: null, account: null,
  },
}
const main = document.getElementById("main")
let leaving = new AbortController()

/** The view that the address asks for, if the user has it; otherwise the first one. */
function wanted() {
  const [name, ...parameters] = location.hash.replace(/^#\//, "").split("/").filter(Boolean).map(decodeURIComponent)
  const mine = VIEWS[user().role]
  return Object.hasOwn(mine, name ?? "") ? [name, parameters] : [Object.keys(mine)[0], []]
}

async function show({ focus = true } = {}) {
  leaving.abort()
  leaving = new AbortController()
  const { signal } = leaving
  const [name, parameters] = user() ? wanted() : ["signin", []]
  const place = h("div")
  frame(name)
  if (user()) import("./optional.js")
  try {
    const view = await import(`./views/${name}.js`)
    if (signal.aborted) return
    document.title = `${view.title} · LearnFlow`
    const heading = h("h1", { tabindex: "-1" }, view.title)
    main.className = name
    main.setAttribute("aria-busy", "true")
    // A view that was left while it read something goes on in a place that nobody sees.
    main.replaceChildren(place)
    place.append(heading)
    if (focus) heading.focus({ preventScroll: true })
    scrollTo(0, 0)
    await view.show(place, { parameters, parameter: parameters[0], signal })
  } catch (error) {
    if (!signal.aborted) fail(place, error)
  }
  if (!signal.aborted) main.removeAttribute("aria-busy")
  // Whoever signs in needs the editor next: it is fetched meanwhile, and not run yet.
  if (!user()) document.head.append(h("link", { rel: "modulepreload", href: "library.js" }))
}

/** Say below the heading why a view is not all there. */
function fail(place, error) {
  if (!place.isConnected) main.replaceChildren(place)
  const card = h("div", { class: "card", role: "alert" }, h("p", { class: "problem" }, error.message), button("Try again", show))
  place.insertBefore(card, place.children[1] ?? null)
}

function frame(current) {
  const nav = document.getElementById("nav")
  const account = document.getElementById("account")
  nav.hidden = account.hidden = !user()
  if (!user()) return
  const mine = Object.entries(VIEWS[user().role]).filter(([, label]) => label)
  const shown = current === "student" ? "classes" : current
  nav.replaceChildren(...mine.map(([name, label]) => h("a", { href: `#/${name}`, "aria-current": name === shown && "page" }, label)))
  nav.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" })
  account.replaceChildren(
    h("span", { id: "live", class: "live", title: "Whether what is new arrives by itself" }, live),
    h("a", { class: "who", href: "#/account", title: "Your account", "aria-current": current === "account" && "page" }, user().display_name),
    h("button", { class: "plain", onclick: leave }, "Sign out"))
}

let live = "connecting"

listen("state", (state) => {
  live = state
  const place = document.getElementById("live")
  if (place) place.replaceChildren(state)
})
listen("alert", (alert) => {
  const who = alert.student?.display_name ?? "A student"
  notice(`${who} may need help. `, h("a", { href: "#/alerts" }, "Show alerts"))
})
listen("exercise", async ({ exercise_id: id, status }) => {
  if (status !== "ready") return
  const { assigned } = await call("GET", `/exercises/${id}`).catch(() => ({}))
  if (assigned) notice(`${assigned.by ?? "Your teacher"} gave you an exercise. `, h("a", { href: `#/exercises/${id}` }, "Open it"))
})
listen("assignment", ({ title, due }) => {
  const until = due ? [", due ", when(due)] : []
  notice(h("span", {}, `${title} is assigned to you`, ...until, ". "), h("a", { href: "#/exercises" }, "Show what is due"))
})
listen("submission", ({ agent }) => {
  if (agent === "teacher") notice("Your teacher said something about a hand-in. ", h("a", { href: "#/history/submissions" }, "Read it"))
})
onSession(() => {
  follow()
  show()
})
addEventListener("hashchange", () => show())
follow()
show({ focus: false })
