// Renews terraform/settings.json from the code that it must agree with: `npm run terraform:settings`.
import { writeFileSync } from 'node:fs';
import { deploymentSettings } from '../functions/src/deployment-settings.ts';

const file = new URL('../terraform/settings.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(deploymentSettings(), null, 2)}\n`);
