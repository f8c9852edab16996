"""The bundled sample: a made upstream on loopback. None of its figures are OpenRouter's."""
