"""The rules of offenders/law/ for other systems and pages: asked and answered, nothing stored."""
