/** What is in `those`, as often as it is there more often than in `these`. */
export function surplusOf(those: readonly string[], these: readonly string[]): string[] {
  const left = [...these];
  return those.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
