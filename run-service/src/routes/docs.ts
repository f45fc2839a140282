import { Router } from 'express';
import type { OpenApiDocument } from '../operations/openapi.ts';

/** `GET /openapi.json`, and `GET /docs`: the same as a page to read, which loads nothing. */
export function docsRoutes(document: OpenApiDocument): Router {
  const page = docsPage(document);
  const router = Router();
  router.get('/openapi.json', (_request, response) => {
    response.json(document);
  });
  router.get('/docs', (_request, response) => {
    response.type('html').send(page);
  });
  return router;
}

function docsPage(document: OpenApiDocument): string {
  const sections = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Readonly<Record<string, OperationText>>).map(([method, operation]) =>
      operationText(method, path, operation),
    ),
  );
  const { title, version, description } = document.info;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)} API</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
code { font-family: ui-monospace, monospace } dt { margin-top: 1rem } dd { margin: 0 0 0 1.5rem }
.method { display: inline-block; min-width: 4.5rem; font-weight: 600 }
</style>
<h1>${escapeHtml(title)} API ${escapeHtml(version)}</h1>
<p>${escapeHtml(description ?? '')} Send your key as <code>Authorization: Bearer …</code>. The whole description, with every
field, is in <a href="openapi.json">openapi.json</a>. Refusals are problem documents (RFC 9457).</p>
<dl>
${sections.join('\n')}
</dl>
</html>
`;
}

/** What the page shows of an operation. */
interface OperationText {
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly { readonly name?: string; readonly in?: string }[];
  readonly responses?: object;
}

function operationText(method: string, path: string, operation: OperationText): string {
  const named = (place: string) =>
    (operation.parameters ?? []).filter((parameter) => parameter.in === place).map(({ name }) => name ?? '');
  const query = named('query');
  return [
    `<dt><code><span class="method">${escapeHtml(method.toUpperCase())}</span> ${escapeHtml(path)}</code></dt>`,
    `<dd>${escapeHtml(operation.summary ?? '')}. ${escapeHtml(operation.description ?? '')}`,
    ...(query.length > 0 ? [`Query: <code>${query.map(escapeHtml).join('</code>, <code>')}</code>.`] : []),
    `Answers ${escapeHtml(
      Object.keys(operation.responses ?? {})
        .filter((status) => status !== 'default')
        .join(', '),
    )}.</dd>`,
  ].join(' ');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
