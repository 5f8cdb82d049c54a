// The page as people meet it: in a real browser, on a phone's screen and wider, light and dark, by keyboard, in both languages.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT, browser, fill, flaws, heading, moved, opened, overflows, pick, press, serve, settled } from "./house.mjs";


let chrome, page;
before(async () => {
  page = await serve();
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
  page?.end();
});

/// Every trouble that the first screen offers.
async function troubles(at) {
  const { context, page: tab } = await opened(chrome, at);
  const found = await tab.locator("input[name=choice]").evaluateAll((all) => all.map((one) => one.value));
  await context.close();
  return found;
}

/// Goes on with the answer of a number at each choice, until it ends; `seen` looks at every screen.
async function walk(tab, number, seen, most = 40) {
  for (let step = 0; step < most; step += 1) {
    await settled(tab);
    await seen(tab);
    const choices = await tab.locator("input[name=choice]").evaluateAll((all) => all.map((one) => one.value));
    if (await tab.locator("[data-do=again]").count()) return;
    if (!choices.length) {
      await press(tab, "nothing");
      continue;
    }
    const has = (id) => choices.includes(id);
    const next = has("failed") ? "failed" : has("nothing") && has("picture") ? "nothing" : choices[Math.min(number, choices.length - 1)];
    await pick(tab, next);
  }
  assert.fail("it does not end");
}

/// Comes to what there is to read, and has this.
async function shows(tab, what) {
  for (let step = 0; step < 8 && !(await tab.locator("input[value=picture]").count()); step += 1) {
    for (const answer of ["no", "signing-in", "app", "by-itself"]) {
      if (!(await tab.locator(`input[name=choice][value="${answer}"]`).count())) continue;
      await pick(tab, answer);
      break;
    }
  }
  await pick(tab, what);
}

describe("every trouble, at every width, light and dark", () => {
  for (const [width, height] of [[360, 740], [768, 1024], [1280, 800]]) {
    for (const colorScheme of ["light", "dark"]) {
      test(`${width} pixels, ${colorScheme}`, { timeout: 300_000 }, async () => {
        const all = await troubles(page.at);
        assert.equal(all.length, 7);
        for (const [at, trouble] of all.entries()) {
          const { context, page: tab, log } = await opened(chrome, `${page.at}#${trouble}`, { viewport: { width, height }, colorScheme });
          await moved(tab, "What is the trouble?");
          await walk(tab, at % 2, async () => assert.equal(await overflows(tab), false, `${trouble}: ${await heading(tab)}`));
          assert.deepEqual(log.said, []);
          await context.close();
        }
      });
    }
  }
});

test("no barrier is found on any kind of screen, in both languages", { timeout: 300_000 }, async () => {
  for (const at of ["", "de.html"]) {
    for (const trouble of ["invalid-code", "lost-codes", "new-phone"]) {
      const { context, page: tab } = await opened(chrome, `${page.at}${at}`);
      assert.deepEqual(await flaws(tab), [], "first screen");
      // Nothing is picked: an error.
      await tab.locator("button.go").click();
      await tab.waitForSelector("#error");
      await settled(tab);
      assert.deepEqual(await flaws(tab), [], "error");
      assert.equal(await tab.evaluate(() => document.activeElement.id), "error");
      await pick(tab, trouble);
      const kinds = new Set();
      await walk(tab, 0, async () => {
        const kind = await tab.locator("#talk").evaluate((talk) => [...talk.querySelectorAll("[name],[data-do],.voice,.prose")].map((one) => one.name || one.dataset.do || one.className).join());
        if (kinds.has(kind)) return;
        kinds.add(kind);
        assert.deepEqual(await flaws(tab), [], `${trouble}: ${await heading(tab)}`);
      });
      await context.close();
    }
  }
});

test("by keyboard alone, with the focus where the new step is", async () => {
  const { context, page: tab } = await opened(chrome, page.at);
  await tab.keyboard.press("Tab");
  for (let step = 0; step < 12; step += 1) {
    if (await tab.evaluate(() => document.activeElement.name === "choice")) break;
    await tab.keyboard.press("Tab");
  }
  await tab.keyboard.press("Space");
  await tab.keyboard.press("Enter");
  await moved(tab, "What is the trouble?");
  assert.equal(await tab.evaluate(() => document.activeElement.id), "step");
  const first = await heading(tab);
  await tab.keyboard.press("Tab");
  await tab.keyboard.press("Space");
  await tab.keyboard.press("ArrowDown");
  await tab.keyboard.press("Enter");
  await moved(tab, first);
  assert.equal(await tab.evaluate(() => document.activeElement.id), "step");
  assert.match(await tab.title(), new RegExp(await heading(tab).then((text) => text.slice(0, 12).replace(/[?.]/g, "."))));
  await context.close();
});

test("the browser's Back is the session's, and an earlier answer is changed with the later ones kept", async () => {
  const { context, page: tab } = await opened(chrome, `${page.at}#invalid-code`);
  await moved(tab, "What is the trouble?");
  const steps = [];
  for (let step = 0; step < 5; step += 1) {
    for (const answer of ["no", "signing-in", "app", "nothing", "by-itself", "code-invalid"]) {
      if (!(await tab.locator(`input[name=choice][value="${answer}"]`).count())) continue;
      steps.push(await heading(tab));
      await pick(tab, answer);
      break;
    }
  }
  assert.ok(steps.length >= 4, steps.join());
  const last = await heading(tab);
  await tab.goBack();
  await moved(tab, last);
  assert.equal(await heading(tab), steps.at(-1));
  await tab.goBack();
  await moved(tab, steps.at(-1));
  assert.equal(await heading(tab), steps.at(-2));
  await tab.locator("input[name=choice]").first().check();
  await tab.locator("button.go").click();
  await moved(tab, steps.at(-2));
  await tab.locator("details.trail summary").click();
  const before = await tab.locator(".trail b").allInnerTexts();
  await tab.locator(".trail li", { hasText: "Where was the code refused" }).locator("[data-do=change]").click();
  await settled(tab);
  await pick(tab, "turning-off");
  const after = await tab.locator(".trail b").allInnerTexts();
  assert.notEqual(after.join(), before.join());
  assert.equal(after.length, before.length);
  await context.close();
});

test("an encrypted backup, a wrong password first, several entries, and nothing of it anywhere else", { timeout: 120_000 }, async () => {
  const { context, page: tab, log } = await opened(chrome, `${page.at}#invalid-code`);
  await moved(tab, "What is the trouble?");
  await shows(tab, "entries");
  const at = await heading(tab);
  await tab.locator("#field").setInputFiles(`${ROOT}tests/import/aegis/encrypted.json`);
  await moved(tab, at);
  await tab.waitForSelector("input[type=password]", { timeout: 60_000 });
  await fill(tab, "canary-wrong-password");
  await tab.waitForSelector("input[type=password]", { timeout: 60_000 });
  assert.match(await heading(tab), /does not open it/);
  await fill(tab, "correct horse battery");
  await tab.waitForSelector("input[name=code]", { timeout: 60_000 });
  await fill(tab, "271828");
  const stores = await context.storageState();
  assert.deepEqual([stores.cookies, stores.origins], [[], []]);
  const kept = await tab.evaluate(async () => {
    const texts = [location.href, JSON.stringify(history.state), document.title];
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) texts.push(request.url);
    }
    texts.push(...(await indexedDB.databases()).map((one) => one.name), JSON.stringify({ ...localStorage, ...sessionStorage }));
    return texts.join("\n");
  });
  for (const canary of ["canary", "271828", "correct horse", "encrypted.json"]) {
    assert.ok(!kept.includes(canary), canary);
    assert.ok(!log.said.join().includes(canary), canary);
    assert.ok(!log.requests.join().includes(canary), canary);
  }
  const elsewhere = log.requests.filter((one) => !/^(GET|HEAD) /.test(one) || !one.split(" ")[1].startsWith(page.at) && !one.includes("blob:"));
  assert.deepEqual(elsewhere, []);
  await context.close();
});

test("the picture of a QR code and a code that was made two minutes ago", { timeout: 120_000 }, async () => {
  const { context, page: tab } = await opened(chrome, `${page.at}#invalid-code`);
  await moved(tab, "What is the trouble?");
  await shows(tab, "picture");
  const at = await heading(tab);
  await tab.locator("#field").setInputFiles(`${ROOT}examples/qr-code.png`);
  await moved(tab, at);
  await tab.waitForSelector("input[name=code]", { timeout: 60_000 });
  assert.match(await heading(tab), /Which code was refused/);
  await context.close();
});

test("a worker that is killed in the middle of a picture costs that picture alone", { timeout: 120_000 }, async () => {
  const { context, page: tab } = await opened(chrome, `${page.at}#invalid-code`, { serviceWorkers: "block" });
  await moved(tab, "What is the trouble?");
  await shows(tab, "picture");
  // The reader is none any more: it ends as it begins.
  await tab.route("**/reads.wasm", (route) => route.fulfill({ contentType: "application/wasm", body: Buffer.from([0, 97, 115, 109]) }));
  await tab.locator("#field").setInputFiles(`${ROOT}examples/qr-code.png`);
  await tab.waitForSelector(".notice", { timeout: 60_000 });
  assert.match(await tab.locator(".notice").innerText(), /too much for the reader/);
  await tab.unroute("**/reads.wasm");
  assert.ok(await tab.locator("#step").count(), "the session goes on");
  await context.close();
});

test("a clock that is 125 seconds behind is found without any secret", { timeout: 60_000 }, async () => {
  const { context, page: tab } = await opened(chrome, undefined);
  await tab.addInitScript(() => {
    const [real, now] = [Date, Date.now];
    window.Date = class extends real {
      constructor(...all) {
        super(...(all.length ? all : [now() - 125_000]));
      }
      static now() {
        return now() - 125_000;
      }
    };
  });
  await tab.goto(page.at);
  await tab.waitForTimeout(8_000);
  await pick(tab, "invalid-code");
  assert.match(await tab.locator("#talk").innerText(), /This device's clock is 125 seconds behind/);
  assert.match(await heading(tab), /Does this device show your codes/);
  await pick(tab, "yes");
  assert.match(await tab.locator("#talk").innerText(), /2 minutes|125 s|behind/);
  await context.close();
});

test("it works without the network once it was there, and the whole article without a script", { timeout: 60_000 }, async () => {
  const { context, page: tab, log } = await opened(chrome, page.at);
  await tab.evaluate(() => navigator.serviceWorker.ready);
  await tab.waitForFunction(async () => (await caches.keys()).length > 0);
  const readers = () => log.requests.filter((one) => one.includes("reads.wasm"));
  assert.deepEqual(readers(), [], "nobody has shown anything yet");
  await tab.reload();
  await context.setOffline(true);
  await tab.reload();
  await pick(tab, "lost-codes");
  assert.ok((await heading(tab)).length > 5);
  await context.close();
  const bare = await opened(chrome, page.at, { javaScriptEnabled: false });
  assert.match(await bare.page.locator("#article").innerText(), /recovery code/i);
  assert.equal(await bare.page.locator("#talk").isVisible(), false);
  await bare.context.close();
});

test("a camera that sees the QR code", { timeout: 120_000 }, async () => {
  // What Chromium takes for a camera: pictures of one brightness plane and two of colour, which are grey.
  const folder = mkdtempSync(join(tmpdir(), "otp-doctor-camera-"));
  const { context: maker, page: canvas } = await opened(chrome, "about:blank");
  const picture = readFileSync(`${ROOT}examples/qr-code.png`).toString("base64");
  const grey = await canvas.evaluate(async (picture) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
    const context = new OffscreenCanvas(640, 480).getContext("2d");
    context.fillStyle = "white";
    context.fillRect(0, 0, 640, 480);
    context.drawImage(bitmap, 120, 40, 400, 400);
    return [...context.getImageData(0, 0, 640, 480).data].filter((_, at) => at % 4 === 0);
  }, picture);
  await maker.close();
  const frame = Buffer.concat([Buffer.from("FRAME\n"), Buffer.from(grey), Buffer.alloc(640 * 480 / 2, 128)]);
  const film = join(folder, "camera.y4m");
  writeFileSync(film, Buffer.concat([Buffer.from("YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n"), ...Array(20).fill(frame)]));
  const watching = await browser("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${film}`);
  const { page: tab, log } = await opened(watching, `${page.at}#invalid-code`);
  await moved(tab, "What is the trouble?");
  await shows(tab, "picture");
  await tab.locator("[data-do=camera]").click();
  await tab.waitForSelector("input[name=code]", { timeout: 60_000 });
  assert.match(await heading(tab), /Which code was refused/);
  assert.deepEqual(log.said, []);
  await watching.close();
  rmSync(folder, { recursive: true });
});

test("forget everything", async () => {
  const { context, page: tab } = await opened(chrome, `${page.at}#lost-codes`);
  await moved(tab, "What is the trouble?");
  await tab.locator("#forget").click();
  assert.equal(await heading(tab), "What is the trouble?");
  assert.match(await tab.locator("#spoken").innerText(), /forgotten/);
  await pick(tab, "new-phone");
  assert.notEqual(await heading(tab), "What is the trouble?");
  await context.close();
});

test("within another page it asks questions only", { timeout: 60_000 }, async () => {
  const { context, page: tab } = await opened(chrome, undefined);
  await tab.route("**/around.html", (route) => route.fulfill({ contentType: "text/html", body: `<iframe src="${page.at}#invalid-code" width=360 height=700></iframe>` }));
  await tab.route(`${page.at}`, async (route) => {
    const answer = await route.fetch();
    const headers = { ...answer.headers() };
    delete headers["content-security-policy"];
    await route.fulfill({ response: answer, headers });
  });
  await tab.goto(`${page.at}around.html`);
  const frame = tab.frameLocator("iframe");
  await frame.locator(".notice").waitFor({ timeout: 20_000 });
  for (let step = 0; step < 4; step += 1) {
    assert.equal(await frame.locator("input[value=picture], input[name=code], input[name=key]").count(), 0);
    const ids = await frame.locator("input[name=choice]").evaluateAll((all) => all.map((one) => one.value));
    const before = await frame.locator("#talk").innerHTML();
    await frame.locator(`input[value="${ids.includes("signing-in") ? "signing-in" : ids[0]}"]`).check();
    await frame.locator("button.go").first().click();
    await tab.waitForTimeout(600);
    assert.notEqual(await frame.locator("#talk").innerHTML(), before);
  }
  await context.close();
});

