// Shows what the conversation says, hands back what is done, and does what only a browser can: files, camera, clock, history.
// It composes no sentence, chooses no step, and keeps nothing.
"use strict";
(() => {
  const root = document.documentElement;
  const shown = document.getElementById("talk");
  const spoken = document.getElementById("spoken");
  const article = document.getElementById("article");
  const first = shown.innerHTML;
  const framed = window.top !== window;
  const same = { createHTML: (text) => text, createScriptURL: (text) => text };
  const trusted = window.trustedTypes ? trustedTypes.createPolicy("page", same) : same;
  const sleep = (time) => new Promise((then) => setTimeout(then, time));

  // --- files of the page ---------------------------------------------------------------------------------------------------
  const within = (name) => document.querySelector(`script[data-file="${name}"]`);
  const single = !!within("worker.js");

  async function unpacked(name) {
    const packed = Uint8Array.from(atob(within(name).textContent), (one) => one.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  async function file(name) {
    if (single) return unpacked(name);
    const answer = await fetch(name);
    if (!answer.ok) throw new Error(name);
    return new Uint8Array(await answer.arrayBuffer());
  }

  // --- the two modules -----------------------------------------------------------------------------------------------------
  async function start(name) {
    const code = single ? URL.createObjectURL(new Blob([await unpacked("worker.js")])) : "worker.js";
    const worker = new Worker(trusted.createScriptURL(code));
    const waiting = new Map();
    let last = 0;
    const give = (id, answer) => (waiting.get(id)?.(answer), waiting.delete(id));
    const end = () => (worker.terminate(), [...waiting.keys()].forEach((id) => give(id, { failed: true })));
    worker.onmessage = ({ data }) => give(data.id, data);
    worker.onerror = end;
    const post = (message) =>
      new Promise((then) => {
        waiting.set(++last, then);
        worker.postMessage({ id: last, ...message }, message.bytes ? [message.bytes.buffer] : []);
      });
    const loaded = await post({ load: name, bytes: single ? await unpacked(name) : undefined });
    if (loaded.failed) throw new Error(name);
    return { ask: (request, bytes) => post({ request, bytes }), end };
  }

  let talking, reader, camera, ticking, opened, screen, busy;

  async function talks() {
    const module = await start("talks.wasm");
    const known = await module.ask(undefined, await file(single ? "knowledge" : root.dataset.knowledge));
    if (known.failed || known.told.cannot) throw new Error(known.told?.cannot);
    return module;
  }

  // Whatever is read is read by a module that is ended afterwards, and so forgets.
  async function read(request, bytes) {
    reader = start("reads.wasm");
    try {
      const answer = await (await reader).ask(request, bytes);
      return answer.failed || answer.told.cannot ? new Uint8Array() : answer.bytes;
    } catch {
      return new Uint8Array();
    } finally {
      stopReading();
    }
  }

  function stopReading() {
    reader?.then((one) => one.end(), () => {});
    reader = undefined;
  }

  // --- the clock -----------------------------------------------------------------------------------------------------------
  const samples = [];
  const heard = single || location.protocol === "file:" ? Promise.resolve() : listen();

  // Asks the page's host for the time, at moments that fall differently within its second.
  async function listen() {
    for (let turn = 0; turn < 7; turn += 1) {
      const [before, from] = [Date.now(), performance.now()];
      try {
        const answer = await fetch("icon.svg", { method: "HEAD", cache: "no-store" });
        const date = Date.parse(answer.headers.get("date") ?? "");
        const fresh = !(Number(answer.headers.get("age")) > 0);
        if (fresh && date) samples.push({ before, after: before + performance.now() - from, date });
      } catch {
        return;
      }
      await sleep(1140 - (performance.now() - from));
    }
  }

  // --- the conversation ----------------------------------------------------------------------------------------------------
  const hash = () => decodeURIComponent(location.hash.slice(1));
  const agent = () => /^agent(\/|$)/.test(hash());

  async function open(trouble) {
    opened = true;
    await Promise.race([heard, sleep(3000), until(() => samples.length > 1)]);
    const service = root.dataset.service || null;
    return say({ open: { now: Date.now(), trouble, agent: agent(), service, host: location.host, samples, framed } });
  }

  async function until(is) {
    while (!is()) await sleep(50);
  }

  const take = (given, bytes) => say({ take: { now: Date.now(), given } }, bytes);

  // One thing after another: what is done twice in a hurry is done once.
  async function say(request, bytes) {
    if (busy) return;
    busy = true;
    shown.setAttribute("aria-busy", "true");
    const late = setTimeout(() => (spoken.textContent = root.dataset.loading), 700);
    try {
      talking ??= talks();
      const answer = await (await talking).ask(request, bytes);
      if (answer.failed || answer.told.cannot) throw new Error(answer.told?.cannot);
      screen = answer.told.screen;
      busy = false;
      show();
      if (answer.told.job) await work(answer.told.job, answer.bytes);
    } catch {
      broken();
    } finally {
      busy = false;
      clearTimeout(late);
      spoken.textContent = "";
      shown.removeAttribute("aria-busy");
    }
  }

  function broken() {
    talking?.then((one) => one.end(), () => {});
    talking = undefined;
    const text = document.createElement("p");
    text.className = "error";
    text.setAttribute("role", "alert");
    text.textContent = root.dataset.broken;
    shown.replaceChildren(text);
  }

  function show() {
    stopCamera();
    clearInterval(ticking);
    shown.innerHTML = trusted.createHTML(screen.html);
    document.title = screen.title || document.title;
    remember();
    const focus = document.getElementById(screen.is_error ? "error" : "step");
    focus?.focus({ preventScroll: true });
    scrollTo(0, Math.max(0, shown.getBoundingClientRect().top + scrollY - 16));
    if (navigator.mediaDevices && !framed) shown.querySelectorAll("[data-camera]").forEach((one) => (one.hidden = false));
    for (const one of shown.querySelectorAll("[data-copy]")) one.after(button("copy", root.dataset.copy));
    tick();
    ticking = setInterval(tick, 1000);
  }

  function button(does, label) {
    const made = document.createElement("button");
    made.type = "button";
    made.dataset.do = does;
    made.textContent = label;
    return made;
  }

  // Clocks go on, and a wait comes to its end.
  function tick() {
    const right = new Date(Date.now() - screen.offset);
    for (const one of shown.querySelectorAll("[data-clock]")) one.textContent = right.toLocaleTimeString(root.lang);
    if (screen.kind !== "wait") return;
    const left = Math.max(0, Math.ceil((screen.until - Date.now()) / 1000));
    const text = screen.says.replace("{seconds}", left);
    shown.querySelector("[data-countdown]").textContent = text;
    if (left === 10 || left === 0) shown.querySelector("[data-spoken]").textContent = text;
    if (left === 0) take("waited");
  }

  async function work(job, bytes) {
    const found = await read({ read: { name: job.name, password: job.password } }, bytes);
    if (screen?.kind === "working") await take({ read: { id: job.id } }, found);
  }

  // --- what is done --------------------------------------------------------------------------------------------------------
  shown.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    const field = form.elements.field;
    const choice = new FormData(form).get("choice") ?? "";
    if (form.querySelector("[name=choice]")) {
      if (!opened && choice) return open(choice);
      return opened ? take({ choice: { id: choice } }) : open(undefined).then(() => take({ choice: { id: "" } }));
    }
    const text = field.value;
    field.value = "";
    if (field.name === "file") return;
    if (field.name === "when") return take({ when: { text } });
    return take({ [field.name]: { text } });
  });

  shown.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-do]");
    if (pressed) act(pressed);
    if (event.target.closest("a[href='#field']")) {
      event.preventDefault();
      document.getElementById("field")?.focus();
    }
  });

  function act(pressed) {
    switch (pressed.dataset.do) {
      case "nothing":
        return take("nothing");
      case "pressed":
        return take("pressed");
      case "change":
        return take({ change: { number: Number(pressed.dataset.number) } });
      case "note":
        return take({ note: { text: shown.querySelector("[name=note]").value } });
      case "back":
        return history.state?.depth > 0 && history.state.depth === screen.depth ? history.back() : take("back");
      case "again":
        return forget(false);
      case "camera":
        return startCamera(pressed);
      case "camera-off":
        return stopCamera();
      case "copy":
        return copy(pressed);
    }
  }

  async function copy(pressed) {
    await navigator.clipboard.writeText(pressed.previousElementSibling.innerText);
    spoken.textContent = pressed.textContent = root.dataset.copied;
  }

  document.getElementById("forget").addEventListener("click", () => forget(true));

  function forget(told) {
    stopAll();
    opened = screen = undefined;
    shown.innerHTML = trusted.createHTML(first);
    history.replaceState({ depth: 0 }, "", location.pathname + location.search);
    shown.querySelector("#step")?.focus();
    if (told) spoken.textContent = root.dataset.forgotten;
  }

  function stopAll() {
    stopCamera();
    stopReading();
    clearInterval(ticking);
    talking?.then((one) => one.end(), () => {});
    talking = undefined;
    for (const field of shown.querySelectorAll("input, textarea")) field.value = "";
  }

  // --- files, pastes, the camera -------------------------------------------------------------------------------------------
  const wants = () => screen?.kind === "file" && !busy;

  async function give(name, blob) {
    if (blob.size > Number(shown.querySelector("[data-most]").dataset.most)) return take({ "no-file": { large: true } });
    try {
      await take({ file: { name } }, await readable(blob));
    } catch {
      await take({ "no-file": {} });
    }
  }

  // What our reader does not know and the browser does is drawn anew.
  async function readable(blob) {
    if (/^image\/(?!png|jpeg|webp)/.test(blob.type)) {
      try {
        const picture = await createImageBitmap(blob);
        const canvas = new OffscreenCanvas(picture.width, picture.height);
        canvas.getContext("2d").drawImage(picture, 0, 0);
        blob = await canvas.convertToBlob({ type: "image/png" });
      } catch {
        // Our reader says what it is.
      }
    }
    return new Uint8Array(await blob.arrayBuffer());
  }

  shown.addEventListener("change", ({ target }) => {
    const [chosen] = target.type === "file" ? target.files : [];
    if (chosen && wants()) give(chosen.name, chosen);
  });

  document.addEventListener("paste", (event) => {
    if (!wants()) return;
    const [pasted] = event.clipboardData.files;
    const text = event.clipboardData.getData("text");
    if (!pasted && !text) return;
    event.preventDefault();
    give(pasted?.name ?? "", pasted ?? new Blob([text], { type: "text/plain" }));
  });

  document.addEventListener("dragover", (event) => wants() && event.preventDefault());
  document.addEventListener("drop", (event) => {
    const [dropped] = event.dataTransfer.files;
    if (!wants() || !dropped) return;
    event.preventDefault();
    give(dropped.name, dropped);
  });

  async function startCamera(pressed) {
    const box = pressed.closest("[data-camera]");
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: 640, height: 480 } });
    } catch {
      box.querySelector("[role=status]").textContent = box.dataset.refused;
      return;
    }
    const video = box.querySelector("video");
    pressed.hidden = true;
    video.parentElement.hidden = false;
    video.srcObject = stream;
    const mine = (camera = { stream, module: start("reads.wasm") });
    await video.play();
    for (let turn = 0; camera === mine; turn += 1) {
      const frame = await brightness(video);
      const module = await mine.module;
      const answer = frame && (await module.ask({ look: { inverse: turn % 2 === 1, ...frame.size } }, frame.bytes));
      if (camera !== mine) return;
      if (answer?.bytes?.length) {
        stopCamera();
        return take({ file: { name: "" } }, answer.bytes);
      }
      await sleep(60);
    }
  }

  function stopCamera() {
    camera?.stream.getTracks().forEach((track) => track.stop());
    camera?.module.then((one) => one.end(), () => {});
    camera = undefined;
    const box = shown.querySelector("[data-camera]");
    if (!box) return;
    box.querySelector("[data-do=camera]").hidden = false;
    box.querySelector("div").hidden = true;
  }

  // How bright each point is: the first plane of the frame where the browser gives it, else from a canvas.
  async function brightness(video) {
    const [width, height] = [video.videoWidth, video.videoHeight];
    if (!width) return undefined;
    const scale = Math.min(1, 640 / Math.max(width, height));
    if (window.VideoFrame && scale === 1) {
      const frame = new VideoFrame(video);
      try {
        const bytes = new Uint8Array(frame.allocationSize());
        const [{ offset, stride }] = await frame.copyTo(bytes);
        if (/^(I4|NV12)/.test(frame.format)) {
          const { width: wide, height: high } = frame.visibleRect;
          const out = new Uint8Array(wide * high);
          for (let row = 0; row < high; row += 1) {
            out.set(bytes.subarray(offset + row * stride, offset + row * stride + wide), row * wide);
          }
          return { size: { width: wide, height: high }, bytes: out };
        }
      } finally {
        frame.close();
      }
    }
    const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
    const context = new OffscreenCanvas(wide, high).getContext("2d", { willReadFrequently: true });
    context.drawImage(video, 0, 0, wide, high);
    const { data } = context.getImageData(0, 0, wide, high);
    const out = new Uint8Array(wide * high);
    for (let at = 0; at < out.length; at += 1) out[at] = (data[4 * at] * 77 + data[4 * at + 1] * 150 + data[4 * at + 2] * 29) >> 8;
    return { size: { width: wide, height: high }, bytes: out };
  }

  // --- the browser's own ways ----------------------------------------------------------------------------------------------
  // Each step is one entry of the history, without anything in it but its number.
  function remember() {
    const depth = history.state?.depth ?? 0;
    if (screen.depth > depth) history.pushState({ depth: screen.depth }, "");
    else if (screen.depth < depth) history.replaceState({ depth: screen.depth }, "");
  }

  addEventListener("popstate", async ({ state }) => {
    if (!screen || !state) return arrive();
    const back = screen.depth - state.depth;
    if (back < 0) return history.go(back);
    for (let step = 0; step < back; step += 1) await take("back");
  });

  // An address may name a trouble, or a part of the article.
  function arrive() {
    const wanted = hash();
    const part = wanted && document.getElementById(wanted);
    if (part && article.contains(part)) {
      article.open = true;
      part.scrollIntoView();
      return;
    }
    const trouble = agent() ? wanted.split("/")[1] : wanted;
    if (agent() || trouble) open(trouble || undefined);
  }

  addEventListener("pagehide", stopAll);
  addEventListener("pageshow", ({ persisted }) => persisted && forget(false));

  article.open = false;
  history.replaceState({ depth: 0 }, "");
  talking = talks();
  talking.then(keep, () => (talking = undefined));
  arrive();

  // Once everything is here that is needed now, it is kept for the time without a network.
  function keep() {
    if (single || framed || !("serviceWorker" in navigator)) return;
    navigator.serviceWorker.register(trusted.createScriptURL("offline.js")).catch(() => {});
  }
})();
