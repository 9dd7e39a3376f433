"""The Innovation Fund (Innovationsfonden): calls, applications, expert review, decision, money and results (strategy §4.3, B43-5)."""
