import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  // The server serves dist/assets below /graphql/assets and index.html as /graphql.
  base: "/graphql/",
  plugins: [react()],
  build: {
    target: "es2023",
    license: { fileName: "licenses.md" },
    // Monaco is one chunk of several megabytes, loaded once and cached for good.
    chunkSizeWarningLimit: 8000,
  },
});
