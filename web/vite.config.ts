import tailwindcss from '@tailwindcss/vite';
import { tanstackStart } from '@tanstack/react-start/plugin/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  // Start's plugin comes before React's, which takes what it has made of the routes.
  plugins: [tailwindcss(), tanstackStart(), react()],
});
