import { TOPICS, call } from "../api.js"
import { field, h, select, words } from "../dom.js"
import { listen } from "../stream.js"
import { RULES, makeAlerts } from "../teaching/alerts.js"

export const title = "Alerts"

const STATES = [["open", "open"], ["acknowledged", "seen"], ["resolved", "over"], ["", "all"]]
const SEVERITIES = [["", "any"], ["high", "high"], ["medium", "medium"], ["low", "low"]]

export async function show(main, { signal }) {
  const { items: classes } = await call("GET", "/classes?limit=100")
  const fields = {
    status: ["Show", select(STATES, "open")],
    class_id: ["Class", select([["", "all classes"], ...classes.map((one) => [one.class_id, one.name])], "")],
    rule: ["Kind", select([["", "every kind"], ...Object.entries(RULES)], "")],
    severity: ["Severity", select(SEVERITIES, "")],
    topic: ["Topic", select([["", "every topic"], ...TOPICS.map((name) => [name, words(name)])], "")],
  }
  const values = () => Object.fromEntries(Object.entries(fields).map(([name, [, control]]) => [name, control.value]))
  const alerts = makeAlerts(values)
  const filters = h("form", { class: "row card", role: "search", "aria-label": "Which alerts" },
    Object.values(fields).map(([label, control]) => field(label, control)))
  filters.onsubmit = (event) => event.preventDefault()
  filters.onchange = () => alerts.load({ first: true })
  main.append(filters, alerts.element)
  listen("alert", () => alerts.load(), signal)
  await alerts.load()
}
