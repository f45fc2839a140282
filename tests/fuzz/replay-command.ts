/** What plays one input again: the seed of its batch, and where among its inputs it is. */
export function replayCommand(target: string, seed: number, path: string): string {
  return `npm run fuzz -- --only ${target} --seed ${seed} --path ${path}`;
}
