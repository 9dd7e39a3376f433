// Bundles what the browser gets into static/build/, which is the only folder Django serves from here:
// one style sheet, one script, the fonts and the files that go as they are. Run by `npm run build`.
import { cp, rm } from "node:fs/promises";
import { build } from "esbuild";

const here = new URL("./", import.meta.url).pathname;
const out = `${here}build`;

await rm(out, { recursive: true, force: true });
await build({
  entryPoints: [
    { in: `${here}portal/css/portal.css`, out: "portal" },
    { in: `${here}portal/js/portal.js`, out: "portal" },
  ],
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome120", "edge120", "firefox121", "safari17.4"],
  assetNames: "fonts/[name]",
  loader: { ".woff2": "file" },
  legalComments: "linked",
  logLevel: "info",
});
await cp(`${here}portal/files`, out, { recursive: true });
