// What plain pages cannot do: warn before sign-out, save while typing, keep the focus when a part of the page changes.
// Nothing is ever written to the browser's storage: police and probation machines are shared.
// Words come from data attributes of base.html, so that they can be translated.
import { initAll } from "../govuk/govuk-frontend.min.js";
import { initAll as initMoj } from "../moj/moj-frontend.min.js";

const words = document.body.dataset;
initAll();
initMoj();
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

// ---- The session: idle time is counted from the last request of any tab.
const tabs = new BroadcastChannel("mappa-session");
const dialog = document.getElementById("timeout");
const used = dialog ? watchSession(dialog) : () => {};
document.addEventListener("htmx:after:request", (event) => {
  if (event.detail.ctx.response.status < 400) used();
});

function watchSession(dialog) {
  const part = (name) => dialog.querySelector(`[data-${name}]`);
  const { expires, warn, stayUrl, minute, minutes, left } = dialog.dataset;
  let end, opener;

  function close() {
    if (!dialog.open) return;
    dialog.close();
    dialog.classList.remove("app-timeout--over");
    part("while-open").hidden = false;
    part("when-over").hidden = true;
    opener?.focus();
  }
  function heard() {
    end = Date.now() + Number(expires) * 1000;
    close();
  }
  function used() {
    heard();
    tabs.postMessage("used");
  }
  function show() {
    if (dialog.open) return;
    opener = document.activeElement;
    dialog.showModal();
    part("stay").focus();
  }
  // A signed-out page must not go on showing a case, unless there is text on it that would be lost.
  function over() {
    if (!document.querySelector("form[data-dirty]")) return location.reload();
    show();
    dialog.classList.add("app-timeout--over");
    part("while-open").hidden = true;
    part("when-over").hidden = false;
  }
  function tick() {
    const remaining = end - Date.now();
    if (remaining <= 0) return part("when-over").hidden && over();
    if (remaining > Number(warn) * 1000) return;
    show();
    const count = Math.ceil(remaining / 60000);
    const text = count === 1 ? minute : minutes.replace("{n}", count);
    // Said when it changes, once a minute: a voice that counts seconds is no help.
    if (part("countdown").textContent === text && part("announce").textContent) return;
    part("countdown").textContent = text;
    part("announce").textContent = left.replace("{time}", text);
  }
  async function stay() {
    const answer = await fetch(stayUrl, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.ok && !answer.redirected) {
      if (part("while-open").hidden) await freshToken();
      return used();
    }
    if (answer) over();
    const still = dialog.querySelector("[data-still-out]");
    still.textContent = still.dataset.stillOut;
  }

  dialog.querySelectorAll("[data-stay]").forEach((button) => button.addEventListener("click", stay));
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); if (end > Date.now()) stay(); });
  tabs.addEventListener("message", heard);
  setInterval(tick, 1000);
  used();
  return used;
}

// ---- Unsaved text: forms with data-guard and those that save themselves warn before it is left behind.
// data-dirty means "typed and not saved"; a form sent the plain way takes its text with it.
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.method === "post") form.dataset.dirty = "";
});
document.addEventListener("submit", (event) => { delete event.target.dataset.dirty; });
addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-autosave][data-dirty], form[data-guard][data-dirty]")) event.preventDefault();
});

// ---- htmx: the CSRF token is on the page, in the sign-out form.
document.addEventListener("htmx:config:request", (event) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  if (token) (event.detail.ctx.request.headers ??= {})["X-CSRFToken"] = token.value;
});

// Signing in changes the token, so a page that was open before holds a stale one. Any page of ours carries the new one.
async function freshToken() {
  const held = document.querySelectorAll("[name=csrfmiddlewaretoken]");
  const answer = await fetch(document.querySelector(".govuk-footer__link").href).catch(() => null);
  if (!answer?.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (token) held.forEach((input) => { input.value = token; });
  return Boolean(token);
}

// ---- Saving while typing: <form data-autosave hx-post hx-trigger="input delay:800ms, submit" hx-sync="this:queue last">
// with a hidden `version` and an element `.app-saved`, the target. The answer carries data-version when it was saved;
// 401 and 409 answer with a fragment without it, and the text stays.
const autosaved = (event) => event.detail?.ctx?.sourceElement?.closest?.("form[data-autosave]");

// A request that waited for another one was made with the version before that one: send the newest.
document.addEventListener("htmx:before:request", (event) => {
  const form = autosaved(event);
  if (!form) return;
  if (form.elements.version) event.detail.ctx.request.body?.set?.("version", form.elements.version.value);
  form.dataset.sent = JSON.stringify([...new FormData(form)].filter(([name]) => name !== "version"));
});
// An error page is no answer to a fragment: say that nothing was saved instead of showing a page within a page.
document.addEventListener("htmx:before:response", (event) => {
  const form = autosaved(event), { status } = event.detail.ctx.response;
  if (!form || status < 400 || status === 401 || status === 409 || status === 422) return;
  event.preventDefault();
  // Refused once: perhaps only the token is stale.
  if (status === 403 && !form.refused) {
    form.refused = true;
    freshToken().then((fresh) => (fresh ? htmx.trigger(form, "input") : notSaved(form, false)));
    return;
  }
  // Trying again helps when the server is ill (5xx) or busy (429), not when it refuses.
  notSaved(form, status >= 500 || status === 429);
});
document.addEventListener("htmx:after:swap", (event) => {
  const form = autosaved(event), saved = form?.querySelector("[data-version]");
  if (!saved) return;
  if (form.elements.version) form.elements.version.value = saved.dataset.version;
  saved.removeAttribute("data-version");
  form.refused = false;
  const now = JSON.stringify([...new FormData(form)].filter(([name]) => name !== "version"));
  // What was typed while the answer was under way is not saved yet.
  if (form.dataset.sent === now) delete form.dataset.dirty;
});
document.addEventListener("htmx:error", (event) => {
  const form = autosaved(event);
  if (form) notSaved(form, true);
});
function notSaved(form, again) {
  const place = form.querySelector(".app-saved"), note = document.createElement("span");
  note.className = "govuk-error-message";
  note.textContent = again ? words.notSaved : words.notAllowed;
  place?.replaceChildren(note);
  clearTimeout(form.retry);
  if (again) form.retry = setTimeout(() => form.isConnected && htmx.trigger(form, "input"), 10000);
}

// Back on the line: what waits is saved now, and not only when it is next tried.
addEventListener("online", () => {
  document.querySelectorAll("form[data-autosave][data-dirty]").forEach((form) => htmx.trigger(form, "input"));
});

// ---- The clock of an item goes on from what the server said, whatever this machine's clock says.
document.querySelectorAll("[data-clock]").forEach((place) => {
  const began = performance.now(), { seconds, planned, running, over } = place.dataset;
  setInterval(() => {
    const used = Math.floor((Number(seconds) + (performance.now() - began) / 1000) / 60);
    const now = used > Number(planned) ? over : running;
    place.textContent = now.replace("{used}", used).replace("{over}", used - Number(planned));
  }, 5000);
});

// ---- Focus: the server marks what should hold it after a swap; else what had it keeps it, found by its id.
let held;
document.addEventListener("htmx:before:swap", () => { held = document.activeElement?.id; });
document.addEventListener("htmx:after:swap", () => {
  const marked = document.querySelector("[data-focus-me]");
  marked?.removeAttribute("data-focus-me");
  if (marked) marked.focus();
  else if (held && document.activeElement === document.body) document.getElementById(held)?.focus();
});
