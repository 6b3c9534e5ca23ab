import 'graphiql/setup-workers/vite';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import 'graphiql/graphiql.css';
import './explorer.css';
import { createRoot } from 'react-dom/client';
import { Explorer } from './explorer.tsx';

const element = document.getElementById('explorer');
if (element === null) throw new Error('index.html has no #explorer');
createRoot(element).render(<Explorer />);
