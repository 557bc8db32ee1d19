"""The prop cupboard. Every prop stands on the ground at the origin, faces the camera (-y) and comes as one handle to move it by."""
