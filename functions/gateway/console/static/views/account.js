import { call, leave, user } from "../api.js"
import { button, h, notice, sure, when } from "../dom.js"
import { makeList } from "../lists.js"

export const title = "Your account"

const DELIVERY = [["at_once", "each at once"], ["digest", "several together"]]

export async function show(main) {
  const { display_name: name, email, role, time_zone: zone, created_at: since } = await call("GET", "/me")
  const fact = (label, ...value) => [h("dt", {}, label), h("dd", {}, ...value)]
  main.append(h("section", { class: "card" }, h("dl", { class: "pairs" },
    fact("Name", name), fact("E-mail", email), fact("Role", role), fact("Time zone", zone), fact("Since", when(since)))))
  if (role === "teacher") main.append(await delivery())
  else main.append(await views())
  main.append(data())
}

async function delivery() {
  const { delivery: chosen } = await call("GET", "/alerts/delivery")
  const choose = ({ target }) => call("POST", "/alerts/delivery", { delivery: target.value })
    .then(() => notice("Kept."), (error) => notice(error.message))
  return h("section", { class: "card" }, h("h2", {}, "How you hear of alerts"), h("fieldset", { class: "bare", onchange: choose },
    h("legend", {}, "Tell me of"), DELIVERY.map(([value, label]) =>
      h("label", { class: "choice" }, h("input", { type: "radio", name: "delivery", value, checked: value === chosen }), label))))
}

async function views() {
  const list = makeList({
    path: "/me/views", empty: "Nobody has looked yet.",
    item: (one) => h("li", {}, h("strong", {}, one.viewer.display_name ?? "Somebody who is gone"), ` ${one.what} `, h("small", {}, when(one.viewed_at))),
  })
  await list.load()
  return h("section", { class: "card" }, h("h2", {}, "Who looked at your data"), list.element)
}

function data() {
  const download = async () => {
    const all = await call("GET", "/me/export")
    const address = URL.createObjectURL(new Blob([JSON.stringify(all, null, 2)], { type: "application/json" }))
    h("a", { href: address, download: "learnflow.json" }).click()
    URL.revokeObjectURL(address)
  }
  const erase = async () => {
    if (!(await sure(`Erase ${user().email} and everything that is stored of you? This cannot be taken back.`, "Erase everything"))) return
    await call("DELETE", "/me")
    await leave()
    notice("Everything of yours is erased.")
  }
  return h("section", { class: "card" }, h("h2", {}, "Your data"),
    h("p", {}, "Everything that is stored of you is yours to take along, or to have erased for good."),
    h("div", { class: "actions" }, button("Download my data", download), button("Erase my account", erase, { class: "danger" })))
}
