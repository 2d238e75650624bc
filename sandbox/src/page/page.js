// Fetches the parts of the page that have changed, and sends what people do.
"use strict";

const find = (selector, root = document) => root.querySelector(selector);
const chatName = () => (view.telegram === "me" ? view.me : view.telegram);
const view = {
  me: sessionStorage.me || localStorage.me || "alice",
  discord: sessionStorage.discord || "releases",
  telegram: sessionStorage.telegram || "Releases",
  tour: "",
};
const hashes = {};
const folded = {};
const counted = {};
let pointerDown = false;
let running = false;
let again = false;
let dismissedReply = 0;

const fields = () => ({ me: view.me, discord: view.discord, telegram: chatName(), tour: view.tour });

async function refresh() {
  if (running) { again = true; return; }
  running = true;
  try {
    const have = Object.entries(hashes).map((pair) => pair.join(":")).join(",");
    const asked = fields();
    const answer = await fetch("/fragments?" + new URLSearchParams({ ...asked, have }));
    if (!answer.ok) throw new Error(await answer.text());
    const changes = await answer.json();
    // What was asked for by one person is not shown to the next.
    if (asked.me === view.me) show(changes);
    document.body.classList.remove("gone");
    if (gone) { gone.remove(); gone = null; }
  } catch (problem) {
    gone ||= notice("The demo has stopped, or it does not answer: " + problem.message, true, true);
  } finally {
    running = false;
    if (again) { again = false; refresh(); }
  }
}
let gone = null;

function show(changes) {
  for (const [id, [hash, html]] of Object.entries(changes.fragments)) {
    const element = document.getElementById(id);
    // A button must not change under the finger, nor a text that is being selected.
    const selection = getSelection();
    const selecting = !selection.isCollapsed && element.contains(selection.anchorNode);
    if (pointerDown || selecting) continue;
    swap(element, html);
    hashes[id] = hash;
  }
  for (const [place, count] of Object.entries(changes.counts)) mark(place, count);
  for (const span of document.querySelectorAll("[data-me]")) span.textContent = view.me;
  offerNewest();
  offerReply();
}

function swap(element, html) {
  const scrolled = [...element.querySelectorAll("[data-stick]"), element].map((box) => [box.id, box.scrollTop, atEnd(box)]);
  const focus = element.contains(document.activeElement) && document.activeElement;
  const place = focus && (focus.id ? "#" + CSS.escape(focus.id) : path(focus));
  const caret = focus && "selectionStart" in focus ? [focus.selectionStart, focus.selectionEnd] : null;
  const typed = [...element.querySelectorAll("input[id], textarea[id]")].map((field) => [field.id, field.value, field.defaultValue]);
  element.innerHTML = html;
  for (const details of element.querySelectorAll("details[id]")) if (details.id in folded) details.open = folded[details.id];
  for (const [id, value, before] of typed) if (id && value !== before && document.getElementById(id)) document.getElementById(id).value = value;
  for (const box of element.querySelectorAll("[data-stick]")) box.scrollTop = box.scrollHeight;
  for (const [id, top, end] of scrolled) {
    const box = document.getElementById(id);
    if (box) box.scrollTop = end && "stick" in box.dataset ? box.scrollHeight : top;
  }
  const target = place ? find(place, element) || find(place) : find("[autofocus]", element);
  if (target) {
    target.focus({ preventScroll: true });
    if (caret && target.setSelectionRange) target.setSelectionRange(...caret);
  }
}

/** A way down, when the newest messages are out of sight. */
function offerNewest() {
  for (const button of document.querySelectorAll("[data-newest]")) button.hidden = atEnd(document.getElementById(button.dataset.newest));
}

const atEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 60;

/** What finds this button again after the swap. */
function path(element) {
  const keys = Object.entries(element.dataset).map(([key, value]) => `[data-${key.replace(/[A-Z]/g, "-$&").toLowerCase()}="${CSS.escape(value)}"]`);
  return keys.length ? element.tagName.toLowerCase() + keys.join("") : null;
}

/** Marks the tabs that have news. */
function mark(place, count) {
  const [service, name] = place.split("/");
  const tab = find(`[data-tab="${service}"][data-name="${CSS.escape(name === view.me ? "me" : name)}"]`);
  const known = view.me + ":" + place;
  if (!tab) return;
  const open = tab.getAttribute("aria-selected") === "true";
  if (open || !(known in counted)) counted[known] = count;
  tab.classList.toggle("news", count > counted[known]);
}

function notice(text, problem = false, stays = false) {
  const element = document.createElement("div");
  element.textContent = text.trim().replace(/\n{2,}/g, "\n");
  if (problem) element.className = "problem";
  for (const older of document.querySelectorAll("#notices div:not(.stays)")) older.remove();
  if (stays) element.classList.add("stays");
  find("#notices").append(element);
  if (!stays) setTimeout(() => element.remove(), 2500 + 60 * text.length);
  return element;
}

async function send(address, values, from) {
  from?.classList.add("busy");
  let told = {};
  try {
    const body = new URLSearchParams({ ...fields(), ...values });
    const answer = await fetch(address, { method: "POST", body, headers: { "x-sandbox-page": "1" } });
    told = answer.ok ? await answer.json() : { problem: await answer.text() };
  } catch (problem) {
    told = { problem: "The demo does not answer." };
  }
  from?.classList.remove("busy");
  if (told.problem) notice(told.problem, true);
  if (told.toast && told.alert) alertWindow(told.toast);
  else if (told.toast) notice(told.toast);
  refresh();
  return !told.problem;
}

function alertWindow(text) {
  const dialog = document.createElement("dialog");
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "ends";
  form.innerHTML = '<button class="button primary">OK</button>';
  dialog.append(text, form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function choose(tab) {
  view[tab.dataset.tab] = tab.dataset.name;
  if (tab.dataset.tab !== "tour") sessionStorage[tab.dataset.tab] = tab.dataset.name;
  selectTabs();
  const log = document.getElementById(tab.dataset.tab + "-log");
  if (log) log.scrollTop = log.scrollHeight;
  refresh();
}

function selectTabs() {
  for (const tab of document.querySelectorAll("[data-tab]")) {
    if (tab.dataset.tab !== "tour") tab.setAttribute("aria-selected", view[tab.dataset.tab] === tab.dataset.name);
  }
  find("#discord-say input").placeholder = `Message #${view.discord} — type / for commands`;
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("button, [data-tab]");
  for (const menu of document.querySelectorAll("[data-menu], .suggestions")) {
    if (!menu.parentElement.contains(event.target)) menu.hidden = true;
  }
  if (!target) return;
  const data = target.dataset;
  if (data.tab) choose(target);
  else if (data.post) send(data.post, { ...data }, target);
  else if (data.command) openCommand(data.command);
  else if ("abandon" in data) closeCommand();
  else if (data.fill) fill(data.fill);
  else if (data.value !== undefined) pick(target);
  else if (data.reply) replyTo(data.reply, data.words);
  else if (data.goto) goTo(document.getElementById(data.goto));
  else if (data.newest) { const log = document.getElementById(data.newest); log.scrollTop = log.scrollHeight; target.hidden = true; }
  else if ("noReply" in data) { dismissedReply = Number(find("#telegram-say [name=reply_to]").value); replyTo("", ""); }
  else if (data.copy) { const field = document.getElementById(data.copy); field.select(); navigator.clipboard?.writeText(field.value); notice("Copied."); }
});

document.addEventListener("change", (event) => {
  const { dataset, value, id } = event.target;
  if (id === "me") { view.me = sessionStorage.me = localStorage.me = value; dismissedReply = 0; closeCommand(); replyTo("", ""); refresh(); }
  if (dataset.choose && value) send(dataset.choose, { message: dataset.message, chosen: value });
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.post) return;
  event.preventDefault();
  const values = Object.fromEntries(new FormData(form));
  if (!(await send(form.dataset.post, values, find("[type=submit]", form)))) return;
  if ("clears" in form.dataset) closeCommand();
  for (const field of form.querySelectorAll("[name=text]")) field.value = "";
  if (form.id === "telegram-say") replyTo("", "");
});

document.addEventListener("scroll", offerNewest, true);

// Folded threads stay folded.
document.addEventListener("toggle", (event) => { if (event.target.id) folded[event.target.id] = event.target.open; }, true);
addEventListener("pointerdown", () => { pointerDown = true; });
for (const end of ["pointerup", "pointercancel", "blur"]) addEventListener(end, () => setTimeout(() => { pointerDown = false; }, 60));

// The menus of commands, and the suggestions for options.
document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.name === "text") menu(field);
  else if (field.dataset.suggest !== undefined) suggest(field);
});
document.addEventListener("focusin", (event) => { if (event.target.dataset.suggest !== undefined) suggest(event.target); });

async function menu(field) {
  const box = find("[data-menu]", field.closest(".composer"));
  const service = field.closest("form").id.split("-")[0];
  if (!field.value.startsWith("/") || (service === "telegram" && field.value.includes(" "))) { box.hidden = true; return; }
  const typed = field.value;
  const html = await (await fetch(`/${service}/menu?` + new URLSearchParams({ typed }))).text();
  if (field.value !== typed) return;
  box.innerHTML = html;
  box.hidden = !html;
  find("button", box)?.classList.add("chosen");
}

async function suggest(field) {
  const box = field.parentElement.querySelector(".suggestions");
  const typed = field.value;
  const values = Object.fromEntries(new FormData(field.form));
  const query = new URLSearchParams({ ...fields(), ...values, option: field.dataset.suggest, typed });
  const html = await (await fetch("/discord/suggestions?" + query)).text();
  if (field.value !== typed || document.activeElement !== field) return;
  box.innerHTML = html;
  box.hidden = false;
}

document.addEventListener("keydown", (event) => {
  const field = event.target;
  const box = field.name === "text" ? find("[data-menu]", field.closest(".composer")) : field.parentElement?.querySelector?.(".suggestions");
  if (event.key === "Escape") { if (box) box.hidden = true; if (field.closest?.("#discord-options")) closeCommand(); return; }
  if (!box || box.hidden || !box.children.length) return;
  const all = [...box.querySelectorAll("button")];
  const at = all.findIndex((button) => button.classList.contains("chosen"));
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    all[at]?.classList.remove("chosen");
    const next = all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1) + all.length) % all.length];
    next?.classList.add("chosen");
    next?.scrollIntoView({ block: "nearest" });
  } else if (at >= 0 && (event.key === "Enter" || event.key === "Tab")) {
    const same = all[at].dataset.fill?.trim() === field.value.trim();
    if (event.key === "Enter" && same) { box.hidden = true; return; }
    event.preventDefault();
    all[at].click();
  }
});

async function openCommand(path) {
  find(".discord [data-menu]").hidden = true;
  find("#discord-options").innerHTML = await (await fetch("/discord/options?" + new URLSearchParams({ path }))).text();
  find("#discord-say").hidden = true;
  (find("#discord-options .fields input, #discord-options .fields select") || find("#discord-options [type=submit]"))?.focus();
}

function closeCommand() {
  find("#discord-options").innerHTML = "";
  find("#discord-say").hidden = false;
  find("#discord-say input").value = "";
}

function pick(button) {
  const field = button.closest(".field").querySelector("input");
  field.value = button.dataset.value;
  button.parentElement.hidden = true;
}

function fill(text) {
  const field = find("#telegram-say [name=text]");
  field.value = text;
  find(".telegram [data-menu]").hidden = true;
  field.focus();
}

function goTo(message) {
  if (!message) { notice("That message is further up than this page shows."); return; }
  message.scrollIntoView({ block: message.clientHeight > 500 ? "end" : "center" });
  message.classList.remove("flash");
  requestAnimationFrame(() => message.classList.add("flash"));
}

function replyTo(message, words) {
  const line = find("#telegram-reply");
  find("#telegram-say [name=reply_to]").value = message;
  find("span", line).textContent = "Reply to: " + words;
  line.hidden = !message;
  if (message) find("#telegram-say [name=text]").focus();
}

/** Offers to answer when the newest message asks this person something. */
function offerReply() {
  const asks = [...document.querySelectorAll("#telegram-log [data-asks]")].pop();
  const number = asks ? Number(asks.dataset.message) : 0;
  const current = find("#telegram-say [name=reply_to]").value;
  if (asks && number > dismissedReply && current !== String(number)) {
    dismissedReply = number;
    replyTo(String(number), find(".reply", asks).dataset.words);
  }
}

find("#me").value = view.me;
selectTabs();
for (const log of document.querySelectorAll("[data-stick]")) log.scrollTop = log.scrollHeight;
refresh();
setInterval(() => { if (!document.hidden) refresh(); }, 500);
document.addEventListener("visibilitychange", refresh);
