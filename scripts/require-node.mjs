// Started by npm before anything else, so it must run on any Node, however old.
var wanted = 24;
var found = Number(process.versions.node.split('.')[0]);
if (found < wanted) {
  console.error(
    'Dovetail needs Node ' +
      wanted +
      ' or newer and found ' +
      process.versions.node +
      ': run "npm ci" again so that its own pinned Node is installed, or install Node ' +
      wanted +
      '.',
  );
  process.exit(1);
}
