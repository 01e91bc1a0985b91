oomwhy explain trigger.order
