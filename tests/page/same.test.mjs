// The page answers a case as the program does, byte for byte; and it is small and soon there.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { ENGINE, PROGRAM, ROOT, browser, opened, pick, serve } from "./house.mjs";

let chrome, page, folder;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "otp-doctor-page-"));
  page = await serve();
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
  page?.end();
  if (folder) rmSync(folder, { recursive: true });
});

/// What the module in the browser answers to each of these cases, through the page's own worker.
function answered(tab, cases) {
  return tab.evaluate(async (cases) => {
    const worker = new Worker("worker.js");
    let id = 0;
    const post = (message) =>
      new Promise((then) => {
        worker.onmessage = ({ data }) => then(data);
        worker.postMessage({ id: ++id, ...message });
      });
    await post({ load: "talks.wasm" });
    await post({ bytes: new Uint8Array(await (await fetch("en.otpkb")).arrayBuffer()) });
    const answers = [];
    for (const one of cases) {
      const { told, bytes, failed } = await post({ request: "diagnose", bytes: new TextEncoder().encode(one) });
      answers.push(failed || told.cannot ? `none: ${told?.cannot}` : new TextDecoder().decode(bytes));
    }
    worker.terminate();
    return answers;
  }, cases);
}

function same(native, cases, told) {
  const lines = native.trimEnd().split("\n");
  assert.equal(lines.length, cases.length);
  told.forEach((answer, at) => assert.equal(answer, lines[at], cases[at].slice(0, 60)));
}

test("1,000 cases of the laboratory, the examples, and cases of the field", { timeout: 600_000 }, async () => {
  // The policy lets no script but the page's own start a worker.
  const { context, page: tab } = await opened(chrome, page.at, { bypassCSP: true });
  const make = (...options) => execFileSync(PROGRAM, ["lab", "make", "--seed", "20261130", ...options], { maxBuffer: 1 << 28 }).toString();
  let cases = [...make("--n", "500").trimEnd().split("\n"), ...make("--n", "500", "--world", "--codes", "2").trimEnd().split("\n")];
  assert.equal(cases.length, 1_000);
  const examples = readdirSync(`${ROOT}examples`).filter((name) => name.endsWith(".json"));
  cases.push(...examples.map((name) => JSON.stringify(JSON.parse(readFileSync(`${ROOT}examples/${name}`, "utf8")))));
  const field = `${ROOT}../shared/field/cases`;
  if (existsSync(field)) {
    const names = readdirSync(field).filter((name) => name.endsWith(".json"));
    cases.push(...names.map((name) => JSON.stringify(JSON.parse(readFileSync(`${field}/${name}`, "utf8")))));
  } else {
    console.error("!! SKIPPED: there are no cases of the field here");
  }
  const file = join(folder, "cases.ndjson");
  writeFileSync(file, cases.join("\n") + "\n", { mode: 0o600 });
  const native = execFileSync(PROGRAM, ["diagnose", "--cases", file, "--json"], { maxBuffer: 1 << 28 }).toString();
  same(native, cases, await answered(tab, cases));
  await context.close();
});

const packed = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } }).length;

test("what has to come until the first question, and what comes when something is shown", { timeout: 120_000 }, () => {
  const out = join(folder, "out");
  execFileSync(PROGRAM, ["page", "--engine", ENGINE, "--out", out, "--lang", "en,de"]);
  const size = (name) => packed(readFileSync(join(out, name)));
  const script = size("page.js") + size("worker.js") + size("page.css");
  const first = size("index.html") + script;
  const answers = first + size("talks.wasm") + size("en.otpkb");
  console.log(`script and style ${script}, language ${size("en.otpkb")}, ${size("de.otpkb")}, talks ${size("talks.wasm")}, first question ${first}, answers ${answers}, readers ${size("reads.wasm")}`);
  assert.ok(script <= 12_000, `script and style: ${script}`);
  assert.ok(size("en.otpkb") <= 45_000 && size("de.otpkb") <= 45_000);
  assert.ok(first <= 30_000, `first question: ${first}`);
  assert.ok(answers <= 350_000, `until it answers: ${answers}`);
  assert.ok(size("reads.wasm") <= 600_000);
});

test("the single file runs from a disk, and asks nobody", { timeout: 120_000 }, async () => {
  const file = join(folder, "help.html");
  execFileSync(PROGRAM, ["page", "--engine", ENGINE, "--single", file, "--lang", "en"]);
  const { context, page: tab, log } = await opened(chrome, `file://${file}`);
  await pick(tab, "lost-codes");
  assert.notEqual(await tab.locator("#step").innerText(), "What is the trouble?");
  assert.deepEqual(log.requests.filter((one) => !one.startsWith("GET file://") && !one.startsWith("GET blob:") && !one.startsWith("GET data:")), []);
  assert.deepEqual(log.said, []);
  await context.close();
});

test("the first question is there within 2.5 s at 1.6 Mbit/s and four times slower", { timeout: 120_000 }, async () => {
  const { context, page: tab } = await opened(chrome, undefined);
  const tools = await context.newCDPSession(tab);
  await tools.send("Network.enable");
  await tools.send("Network.emulateNetworkConditions", { offline: false, latency: 50, downloadThroughput: 200_000, uploadThroughput: 100_000 });
  await tools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  const begun = Date.now();
  await tab.goto(page.at, { waitUntil: "commit" });
  await tab.waitForSelector("input[name=choice]");
  const there = Date.now() - begun;
  console.log(`first question after ${there} ms`);
  assert.ok(there <= 2_500, `${there} ms`);
  await context.close();
});
