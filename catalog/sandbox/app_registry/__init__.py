"""AppRegistry, in the place of moto's: applications, attribute groups, and what is associated with them."""
