// The page works without this. With it, a change on the disk or an answer puts only what differs in the place of what was
// there, so that the focus, the place in the text and the answers given stay.
"use strict";

const parts = () => document.querySelectorAll("[data-part]");
const digest = () => document.getElementById("status").dataset.digest;
const pause = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds));

let turns = 0;
let going = Promise.resolve();

// Goes to an address of this page. `step`: somebody has answered, and the new step gets the focus.
function go(address, options = {}) {
  const gone = turn(++turns, address, options);
  going = gone.catch(() => {});
  return gone;
}

async function turn(number, address, { push = false, step = false }) {
  const answer = await fetch(address);
  const text = await answer.text();
  // Somebody was faster than this reply.
  if (number !== turns) return;
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(text, "text/html");
  const settled = page.querySelector("link[rel=canonical]").getAttribute("href");
  if (push) history.pushState(null, "", settled + new URL(address, location.href).hash);
  document.title = page.title;
  const focused = keyOf(document.activeElement);
  for (const old of parts()) replace(old, page.getElementById(old.id));
  if (step) document.getElementById("step")?.focus({ preventScroll: true });
  else refocus(focused);
  // A change on the disk moves nobody away from what they read.
  if (push) show();
}

function replace(old, next) {
  if (!old || !next) return;
  if (old.lang !== next.lang) old.lang = next.lang;
  if (old.dataset.digest) old.dataset.digest = next.dataset.digest;
  if (old.innerHTML === next.innerHTML) return;
  old.innerHTML = next.innerHTML;
  old.classList.remove("fresh", "gone");
  // Read, so that the animation begins again.
  void old.offsetWidth;
  old.classList.add("fresh");
}

// What has the focus, by what it does: the element itself may be replaced.
function keyOf(element) {
  if (!element || element === document.body) return null;
  const { id, name, value, href, textContent } = element;
  return { tag: element.tagName, id, name: name || "", value: element.tagName === "BUTTON" ? value : "", href: href || "", text: textContent };
}

function refocus(key) {
  if (!key || document.activeElement !== document.body) return;
  const alike = [...document.querySelectorAll(key.tag)];
  const same = alike.find((one) => {
    const other = keyOf(one);
    return key.id ? other.id === key.id : other.name === key.name && other.value === key.value && other.href === key.href;
  });
  (same || alike.find((one) => one.textContent === key.text))?.focus({ preventScroll: true });
}

// Brings the section that a link leads to into view, or within the article the one that the session is at.
function show() {
  const linked = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (linked) return linked.scrollIntoView({ block: "start" });
  const here = document.querySelector(".part.here");
  const article = document.getElementById("article");
  if (here && matchMedia("(min-width: 60rem)").matches) article.scrollTop = here.offsetTop - article.offsetTop - 12;
}

function addressOf(form, button) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form, button)) if (value) query.append(name, value);
  const text = query.toString();
  return text ? `/?${text}` : "/";
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  go(addressOf(event.target, event.submitter), { push: true, step: true }).catch(lost);
});

document.addEventListener("change", (event) => {
  const form = event.target.closest(".choices");
  if (form) go(addressOf(form), { push: true }).catch(lost);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || link.target || event.ctrlKey || event.metaKey || event.shiftKey || link.origin !== location.origin) return;
  if (link.pathname !== "/" || link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  const within = link.closest("#session") !== null;
  go(link.href, { push: true, step: within }).catch(lost);
});

addEventListener("popstate", () => go(location.href).catch(lost));

function lost() {
  const status = document.getElementById("status");
  status.classList.add("gone");
  status.textContent = "The preview has ended. Start it again, and this page goes on.";
}

// Waits for changes, for ever.
async function follow() {
  for (;;) {
    try {
      const answer = await fetch(`/changes?seen=${digest()}`);
      if (!answer.ok) throw new Error(answer.statusText);
      const back = document.getElementById("status").classList.contains("gone");
      const newest = await answer.text();
      // Whoever has just answered goes first.
      await going;
      if (back || newest !== digest()) await go(location.href);
    } catch {
      lost();
      await pause(2);
    }
  }
}

document.documentElement.classList.add("live");
show();
follow();
