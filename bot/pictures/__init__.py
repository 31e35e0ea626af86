"""Pictures of answers: drawn by us as SVG, made PNG where there is a Chinese font."""
