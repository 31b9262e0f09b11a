"""
What people look at: lists, one case, the home page. Every query takes the caller and sees only the caller's scope.
"""
