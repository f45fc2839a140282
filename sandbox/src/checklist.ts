import { walkChecklist } from './checklist/checklist.ts';

/** `npm run checklist`: walks the checklist against the studio that runs at `PORT` and `SANDBOX_PORT`. */
const serviceUrl = `http://127.0.0.1:${process.env.PORT ?? 8080}`;
const sandboxUrl = `http://127.0.0.1:${process.env.SANDBOX_PORT ?? 8090}`;
let passed = 0;

try {
  await walkChecklist({ serviceUrl, sandboxUrl }, ({ what, milliseconds, failure }) => {
    if (failure === undefined) passed++;
    console.log(
      `${failure === undefined ? 'ok  ' : 'FAIL'} ${String(Math.round(milliseconds)).padStart(6)} ms  ${what}`,
    );
  });
  console.log(`\n${passed} passed, 0 failed`);
} catch (error) {
  const refused = (error as { cause?: { code?: string } }).cause?.code === 'ECONNREFUSED';
  console.error(refused ? `No studio answers at ${serviceUrl}: start one with "npm start".` : String(error));
  console.log(`\n${passed} passed, 1 failed`);
  process.exitCode = 1;
}
