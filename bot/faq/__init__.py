"""The reviewed file: from faq.yaml to the immutable `Faq` that everything else reads."""
