import { openStoreOver } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { MemoryRows } from '@dovetail/sandbox/simulation/memory-rows.ts';
import { describeDocumentStore } from './document-store.contract.ts';

describeDocumentStore('the document store of the simulation', async () => openStoreOver(new MemoryRows()));
